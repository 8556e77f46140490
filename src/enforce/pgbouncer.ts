import { PoolctlError } from '../base/errors.ts';
import { remarks } from '../emit/parts/amounts.ts';
import { code } from '../emit/parts/code.ts';
import { asComments } from './comments.ts';
import { fileNameOf } from './names.ts';
import { type PoolerShares, type PoolerUser, poolersOf } from './pooler-shares.ts';
import { sumLines, workedOut } from './sum.ts';
import type { EnforceTarget } from './target.ts';

/** One file of settings for each pooler. What its comments say was run on 1.18 and 1.26: test/live/enforce-pgbouncer.test.ts. */
export const pgbouncer: EnforceTarget = {
  title: 'max_db_connections and max_user_connections of PgBouncer',
  write(input) {
    const poolers = poolersOf(input);
    return {
      files: poolers.map((pooler) => ({
        path: `${fileNameOf('pooler', pooler.server.name)}.ini`,
        text: settings(pooler, input.from),
      })),
      notes:
        poolers.length === 0 ? ['No quota is of clients of a pooler, so there is no file.'] : poolers.flatMap(notes),
    };
  },
};

function settings(pooler: PoolerShares, from: string): string {
  const { server, own, processes, connectionsEach, users } = pooler;
  if (connectionsEach === 0 && own) {
    throw new PoolctlError(
      'VALUE_INVALID',
      `The pooler ${server.name} has ${processes} processes for a quota of ${own.quota} on ${own.server}: not one connection each.`,
      { hint: 'Run fewer processes of it, or give it a larger quota.' },
    );
  }
  // Without its row, nobody knows how many processes share the clients.
  const clients = server.usable === undefined || !own ? undefined : Math.floor(server.usable / processes);
  return code`
    ${remarks(';', [...sumLines(pooler, from), ...(own ? [`  to ${own.server}: ${workedOut(own)}`] : [])])}
    ;
    ; Make it the last line of [pgbouncer]: %include /etc/pgbouncer/${server.name}.ini
    ; There is no line [pgbouncer] here: a second one sets all settings of the
    ; first back to their defaults.
    ;
    ${remarks(';', asComments(factsFor(own ? processes : undefined)))}

    ${clients === undefined ? undefined : `max_client_conn = ${clients}`}
    ${connectionsEach === undefined ? undefined : `max_db_connections = ${connectionsEach}\n; So that a user can reach its share; it is of each database and user.\ndefault_pool_size = ${largestShare(pooler)}`}
    ${users.length === 0 ? undefined : `\n[users]\n${users.map((user) => userLine(user, processes)).join('\n')}`}
  `;
}

function largestShare({ connectionsEach = 1, users }: PoolerShares): number {
  return Math.max(...(users.length === 0 ? [connectionsEach] : users.map((user) => user.connectionsEach ?? 1)));
}

function factsFor(processes: number | undefined): string[] {
  return [
    processes === undefined
      ? 'What it opens on the server is not known, so neither max_client_conn nor max_db_connections is here. The numbers of clients below are of all processes: divide them by how many there are.'
      : processes === 1
        ? 'One process: its limits are those of all.'
        : `Each of ${processes} processes counts for itself: these are the limits of all, divided by ${processes}.`,
    'A client over max_user_connections or max_db_connections is not refused: it waits for a connection, up to query_wait_timeout, while other users are served.',
    'max_db_connections counts by name in [databases]: two names of one database may open twice as many.',
    'Sessions whose clients left in a query are not counted until it ends: set statement_timeout on the server. The limit of the role on the server is the one that always holds (--enforce sql).',
    'From 1.24 on, max_user_client_connections refuses clients: 08P01, "client connections exceeded". Older ones do not know it, so it is a comment here.',
    'On 1.18, a user of [users] has to be in auth_file too: auth_query does not look it up any more. Restart it then, one process after the other. What stands above [users] is taken up by RELOAD.',
  ];
}

function userLine({ role, services, clients, connectionsEach }: PoolerUser, processes: number): string {
  const whose = services.map(({ service }) => service).join(' + ');
  const most = `max_user_client_connections=${Math.max(1, Math.floor(clients / processes))}`;
  const line = connectionsEach === undefined ? undefined : `max_user_connections=${connectionsEach}`;
  return [
    `; ${whose}: ${clients} clients. From 1.24 on: ${[line, most].filter((part) => part !== undefined).join(' ')}`,
    line === undefined ? `; ${userName(role)} = ${most}` : `${userName(role)} = ${line}`,
  ].join('\n');
}

/** As PgBouncer reads a key of its file. @throws PoolctlError VALUE_INVALID */
function userName(role: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(role)) return role;
  throw new PoolctlError('VALUE_INVALID', `The role "${role}" cannot be a key in [users] of PgBouncer.`, {
    hint: 'Its file takes letters, digits, "_", "." and "-" there. Rename the role.',
  });
}

function notes({ server, own, quotas, users }: PoolerShares): string[] {
  const roleless = quotas.filter(({ role }) => role === undefined).map(({ service }) => service);
  return [
    ...(own
      ? []
      : [`${server.name}: no quota says what it may open on the server behind it, so max_db_connections is left out.`]),
    ...(roleless.length > 0
      ? [
          `${server.name}: no role is known of ${roleless.join(', ')}, so no line in [users] limits them. Write \`role:\` at their pools.`,
        ]
      : []),
    ...users
      .filter(({ services }) => services.length > 1)
      .map(
        ({ role, services }) =>
          `${server.name}: ${services.map(({ service }) => service).join(' and ')} share the user "${role}", and so its limit.`,
      ),
  ];
}
