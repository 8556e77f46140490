import { remarks } from '../emit/parts/amounts.ts';
import { code } from '../emit/parts/code.ts';
import { asComments } from './comments.ts';
import { checkName } from './names.ts';
import { type RoleQuota, type RolesOfServer, whoseIs } from './roles.ts';
import { sumLines } from './sum.ts';

export interface SqlFiles {
  /** Prints the statements that bring back what is there. */
  readonly save: string;
  readonly apply: string;
  /** To the values that the fleet knows. */
  readonly rollback: string;
}

/** PostgreSQL, by `rolconnlimit`. What the comments say was run on 18.4 (test/live/enforce.test.ts) and 13.23. */
export function postgresFiles(one: RolesOfServer, from: string): SqlFiles {
  const { server, roles } = one;
  const limited = roles.filter(({ limit }) => limit > 0);
  const names = limited.map(({ role }) => literal(role)).join(', ');
  const former = new Map(server.roleLimits?.map(({ name, connections }) => [name, connections]));
  const rolledBack = limited.map(
    ({ role }) => `ALTER ROLE ${identifier(role)} CONNECTION LIMIT ${former.get(role) ?? -1};`,
  );
  return {
    save: code`
      -- Written by poolctl fleet from ${from}.
      -- Run this first: it prints the statements that bring back what is there now.
      --   psql -XAtqf ${server.name}.save.sql > ${server.name}.rollback.sql
      ${
        limited.length === 0
          ? '-- No role of a service is known: there is nothing to save.'
          : `SELECT format('ALTER ROLE %I CONNECTION LIMIT %s;', rolname, rolconnlimit)\n  FROM pg_catalog.pg_roles WHERE rolname IN (${names}) ORDER BY rolname;`
      }
    `,
    apply: code`
      ${remarks('--', sumLines(one, from))}
      --
      ${remarks('--', asComments(facts))}

      BEGIN;
      ${limited.length === 0 ? '-- No role of a service is known.' : limited.map(statement).join('\n')}
      COMMIT;
      ${ownRoles(one)}
      ${limited.length === 0 ? undefined : look(names)}
    `,
    rollback: code`
      -- Written by poolctl fleet from ${from}.
      -- Back to the limits from before, as far as the fleet knows them; -1 is no limit.
      -- ${server.name}.save.sql prints a better file: what the server really has.
      BEGIN;
      ${rolledBack.length === 0 ? undefined : rolledBack.join('\n')}
      COMMIT;
    `,
  };
}

const facts = [
  'It needs CREATEROLE, from PostgreSQL 16 on with ADMIN OPTION on these roles.',
  'A limit holds for new logins. Sessions that are there stay, and count: a role that is over its limit gets no new session until enough of them have ended.',
  'A login over it fails with 53300, "too many connections for role".',
  'Never one session too many, under 50 parallel logins. Two logins at the same instant for the last place may both be refused (1 burst of 8 in 60, on 13); the next one gets it.',
  'But a login takes one of max_connections before the server knows the role, and keeps it until it is refused. More logins at once than slots are free still refuse others: keep slots free, let pools wait between attempts, or put a pooler in front.',
  'Superusers are not bound. Parallel workers do not count. Replication connections do not count from 13.19, 14.16, 15.11, 16.7 and 17.3 on; before, they count.',
];

function statement({ role, limit, services, through }: RoleQuota): string {
  const whose = whoseIs({ services, through });
  return `ALTER ROLE ${identifier(role)} CONNECTION LIMIT ${limit}; -- ${whose}`;
}

/** As comments: a role needs a password, and the application has to log in with it. */
function ownRoles({ roles, roleless, pooled }: RolesOfServer): string | undefined {
  const zero = roles.filter(({ limit }) => limit === 0);
  const shared = roles.filter(({ services }) => services.length > 1);
  const lines = [
    ...zero.flatMap(({ role }) => [
      `"${role}" has no room, a quota of 0. To refuse its logins:`,
      `ALTER ROLE ${identifier(role)} CONNECTION LIMIT 0;`,
    ]),
    ...shared.flatMap(({ role, services }) => [
      `${services.map(({ service }) => service).join(' and ')} share "${role}", so either may take what belongs to the other.`,
      'A role for each, that owns what it makes as the shared one does (passwords: \\password in psql):',
      ...services.flatMap(({ service, quota }) => [
        `CREATE ROLE ${identifier(service)} LOGIN IN ROLE ${identifier(role)} CONNECTION LIMIT ${quota};`,
        `ALTER ROLE ${identifier(service)} SET role = ${literal(role)};`,
      ]),
    ]),
    ...(roleless.length > 0
      ? [
          'Nobody says with which role these log in. A role for each (passwords: \\password in psql):',
          ...roleless.map(
            ({ service, quota }) => `CREATE ROLE ${identifier(service)} LOGIN CONNECTION LIMIT ${quota};`,
          ),
        ]
      : []),
    ...pooled.flatMap(({ role, pooler, connections }) => [
      ...asComments([
        `"${role}" comes through the pooler ${pooler}, which holds it to ${connections}. Here too, a refused login would make PgBouncer wait for server_login_retry before the next:`,
      ]),
      `ALTER ROLE ${identifier(role)} CONNECTION LIMIT ${connections};`,
    ]),
  ];
  return lines.length === 0 ? undefined : `\n${remarks('--', lines)}`;
}

function look(names: string): string {
  return `
-- What holds now, and who is over it:
SELECT rolname, rolconnlimit, rolsuper AS is_not_bound,
       (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE usesysid = pg_roles.oid) AS sessions
  FROM pg_catalog.pg_roles WHERE rolname IN (${names}) ORDER BY rolname;`;
}

function identifier(name: string): string {
  // NAMEDATALEN: the server would cut a longer one, and say so in a notice only.
  checkName('role', name, Buffer.byteLength(name) <= 63, 'PostgreSQL', 'at most 63 bytes');
  return `"${name.replaceAll('"', '""')}"`;
}

/** Right whatever standard_conforming_strings says. */
function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
