import { type EngineId, engineNames } from '../base/engine.ts';
import { remarks } from '../emit/parts/amounts.ts';
import { code } from '../emit/parts/code.ts';
import { asComments } from './comments.ts';
import { checkName } from './names.ts';
import { type RoleQuota, type RolesOfServer, whoseIs } from './roles.ts';
import type { SqlFiles } from './sql-postgres.ts';
import { sumLines } from './sum.ts';

/** MySQL and MariaDB, by accounts. What the comments say was run on MySQL 9.7 and MariaDB 10.11: test/live/enforce.test.ts. */
export function mysqlFiles(one: RolesOfServer, engine: Exclude<EngineId, 'postgres'>, from: string): SqlFiles {
  const { server, roles } = one;
  const limited = roles.filter(({ limit }) => limit > 0);
  const users = limited.map(({ role }) => literal(accountOf(role).user)).join(', ');
  const former = new Map(server.roleLimits?.map(({ name, connections }) => [name, connections]));
  const client = engine === 'mariadb' ? 'mariadb' : 'mysql';
  const none = '-- No account of a service is known.';
  return {
    save: code`
      -- Written by poolctl fleet from ${from}.
      -- Run this first: it prints the statements that bring back what is there now.
      --   ${client} -NBr < ${server.name}.save.sql > ${server.name}.rollback.sql
      ${limited.length === 0 ? none : saving(users)}
    `,
    apply: code`
      ${remarks('--', sumLines(one, from))}
      --
      ${remarks('--', asComments(factsOf(engine)))}

      ${limited.length === 0 ? none : limited.map(statement).join('\n')}
      ${ownAccounts(one, engine)}
      ${limited.length === 0 ? undefined : look(users)}
    `,
    rollback: code`
      -- Written by poolctl fleet from ${from}.
      -- Back to the limits from before, as far as the fleet knows them; 0 is no limit.
      -- ${server.name}.save.sql prints a better file: what the server really has.
      ${limited.length === 0 ? none : limited.map(({ role }) => alter(role, former.get(role) ?? 0)).join('\n')}
    `,
  };
}

function factsOf(engine: Exclude<EngineId, 'postgres'>): string[] {
  return [
    'It needs CREATE USER. Each statement holds on its own: one that fails leaves those before it.',
    'A limit holds for new logins; nobody is thrown out. Sessions that were opened while the account had no limit do not count: with 8 of them and a limit of 5, 5 more get in. They count when they have logged in again, so restart the services once, one after the other.',
    'A login over it fails with 1226, "has exceeded the \'max_user_connections\' resource".',
    'Never one session too many, nor one too few, under 50 parallel logins.',
    'But a login takes one of max_connections before the server knows the account, and keeps it until it is refused. More logins at once than slots are free still refuse others: keep slots free, let pools wait between attempts, or put a pooler in front.',
    'Administrators are bound too. 0 is no limit, not none.',
    `An account is a user and a host, and each counts for itself: "app@10.%" in \`role:\` is the account 'app'@'10.%', and a name without a host is of '%'. The query at the end shows all of a user's.`,
    `A replica of ${engineNames[engine]} logs in with an account like any other, and counts for it.`,
  ];
}

function statement({ role, limit, services, through }: RoleQuota): string {
  const whose = whoseIs({ services, through });
  return `${alter(role, limit)} -- ${whose}`;
}

function alter(role: string, limit: number): string {
  return `ALTER USER ${account(role)} WITH MAX_USER_CONNECTIONS ${limit};`;
}

/** As comments: an account needs a password, and the application has to log in with it. */
function ownAccounts({ roles, roleless }: RolesOfServer, engine: Exclude<EngineId, 'postgres'>): string | undefined {
  const zero = roles.filter(({ limit }) => limit === 0);
  const shared = roles.filter(({ services }) => services.length > 1);
  const made = (service: string, quota: number) =>
    `CREATE USER ${account(service)} IDENTIFIED BY '…' WITH MAX_USER_CONNECTIONS ${quota};`;
  const lines = [
    ...zero.flatMap(({ role }) => [
      `${account(role)} has no room, a quota of 0, and a limit of 0 would be none. To refuse its logins:`,
      `ALTER USER ${account(role)} ACCOUNT LOCK;`,
    ]),
    ...shared.flatMap(({ role, services }) => [
      `${services.map(({ service }) => service).join(' and ')} share ${account(role)}, so either may take what belongs to the other.`,
      'An account for each, with the rights of the shared one:',
      ...services.flatMap(({ service, quota }) => [made(service, quota), ...rightsOf(role, service, engine)]),
    ]),
    ...(roleless.length > 0
      ? [
          'Nobody says with which account these log in. An account for each, to be granted what it needs:',
          ...roleless.map(({ service, quota }) => made(service, quota)),
        ]
      : []),
  ];
  return lines.length === 0 ? undefined : `\n${remarks('--', lines)}`;
}

/** MySQL lets an account be granted like a role; MariaDB does not. */
function rightsOf(role: string, service: string, engine: Exclude<EngineId, 'postgres'>): string[] {
  return engine === 'mysql'
    ? [`GRANT ${account(role)} TO ${account(service)};`, `SET DEFAULT ROLE ${account(role)} TO ${account(service)};`]
    : [`SHOW GRANTS FOR ${account(role)}; -- and again with ${account(service)}, without the password`];
}

function saving(users: string): string {
  const quoted = (column: string) => `'\`', REPLACE(${column}, '\`', '\`\`'), '\`'`;
  return `SELECT CONCAT('ALTER USER ', ${quoted('user')}, '@', ${quoted('host')},
    ' WITH MAX_USER_CONNECTIONS ', max_user_connections, ';')
  FROM mysql.user WHERE user IN (${users}) ORDER BY user, host;`;
}

function look(users: string): string {
  return `
-- What holds now. A row that is not set above has a limit of its own.
SELECT user, host, max_user_connections FROM mysql.user
  WHERE user IN (${users}) ORDER BY user, host;`;
}

/** `app@10.%` is a user and a host; the last @ divides them. */
function accountOf(role: string): { readonly user: string; readonly host: string } {
  const at = role.lastIndexOf('@');
  return at < 1 ? { user: role, host: '%' } : { user: role.slice(0, at), host: role.slice(at + 1) || '%' };
}

/** In backticks, whose meaning no sql_mode changes. */
function account(role: string): string {
  const { user, host } = accountOf(role);
  // MySQL has 32 characters, MariaDB 128; a longer one is refused there.
  checkName('account', user, /^.{1,128}$/su, 'MySQL or MariaDB', 'at most 32 characters, in MariaDB 128');
  return [user, host].map((part) => `\`${part.replaceAll('`', '``')}\``).join('@');
}

/** As bytes where a backslash or a quote would mean something else by the sql_mode. */
function literal(text: string): string {
  return /^[\w.$ -]*$/.test(text) ? `'${text}'` : `CONVERT(x'${Buffer.from(text).toString('hex')}' USING utf8mb4)`;
}
