import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import { fileNameOf } from './names.ts';
import { type RolesOfServer, rolesByServer } from './roles.ts';
import { mysqlFiles } from './sql-mysql.ts';
import { postgresFiles } from './sql-postgres.ts';
import type { EnforceTarget } from './target.ts';

/**
 * Limits of roles and accounts, in three files for each server: what saves the values that are there, what sets the
 * quotas, and what goes back.
 */
export const sql: EnforceTarget = {
  title: 'CONNECTION LIMIT of roles, MAX_USER_CONNECTIONS of accounts',
  write(input) {
    const servers = rolesByServer(input);
    const files = servers.flatMap((one) => {
      const name = fileNameOf('server', one.server.name);
      const engine = engineOf(one);
      const { save, apply, rollback } =
        engine === 'postgres' ? postgresFiles(one, input.from) : mysqlFiles(one, engine, input.from);
      return [
        { path: `${name}.save.sql`, text: save },
        { path: `${name}.sql`, text: apply },
        { path: `${name}.rollback.sql`, text: rollback },
      ];
    });
    return { files, notes: [...poolerNotes(input.quotas.map(({ counts }) => counts)), ...servers.flatMap(notesOf)] };
  },
};

function engineOf({ server, quotas }: RolesOfServer): EngineId {
  const [engine, ...others] = new Set(quotas.flatMap(({ engine: one }) => (one === undefined ? [] : [one])));
  if (engine !== undefined && others.length === 0) return engine;
  throw new PoolctlError(
    'VALUE_INVALID',
    engine === undefined
      ? `The engine of the server ${server.name} is not known, and each has SQL of its own for limits.`
      : `The server ${server.name} cannot be both ${engine} and ${others.join(' and ')}.`,
    { hint: `Write \`engine: postgres\`, mysql or mariadb at the server ${server.name}.` },
  );
}

function poolerNotes(counts: readonly string[]): string[] {
  return counts.includes('pooler clients')
    ? ['Quotas of clients of a pooler are not in the SQL: the pooler enforces them, with --enforce pgbouncer.']
    : [];
}

function notesOf({ server, roles, roleless, replicas }: RolesOfServer): string[] {
  const shared = roles.filter(({ services }) => services.length > 1);
  return [
    ...(roleless.length > 0
      ? [
          `${server.name}: no role is known of ${roleless.map(({ service }) => service).join(', ')}, so nothing limits them. The file has statements that make a role for each; write \`role:\` at their pools then.`,
        ]
      : []),
    ...shared.map(
      ({ role, services }) =>
        `${server.name}: ${services.map(({ service }) => service).join(' and ')} share the role "${role}". It is limited to their sum, so one may take what belongs to the other; the file has statements that make a role for each.`,
    ),
    ...roles.flatMap(({ role, limit, services, raisedBy }) => [
      ...(limit === 0
        ? [
            `${server.name}: the quota of ${services.map(({ service }) => service).join(' and ')} is 0, which would refuse every login of "${role}". The statement is a comment.`,
          ]
        : []),
      ...(raisedBy
        ? [
            `${server.name}: "${role}" gets ${limit}, its quota on the replica ${raisedBy.replica}, and not ${raisedBy.from}: a replica has the limits of its primary. A role of its own for reading keeps both.`,
          ]
        : []),
    ]),
    ...(replicas.length > 0
      ? [`${replicas.join(' and ')}: roles are changed on the primary ${server.name}; each server counts for itself.`]
      : []),
  ];
}
