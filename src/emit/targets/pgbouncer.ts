import { remarks } from '../parts/amounts.ts';
import { assignmentLines } from '../parts/assignments.ts';
import { code } from '../parts/code.ts';
import { poolerLimits, poolerReasons } from '../parts/pooler.ts';
import type { Assignment, EmitInput, Target } from '../target.ts';

const title = 'PgBouncer';

export const pgbouncer: Target = {
  title,
  language: 'ini',
  engines: ['postgres'],
  driver: 'pgbouncer',
  isPooler: true,
  refusesAtOnce: true,
  instead: {},
  inFile: { format: 'ini', section: 'pgbouncer', assignments: (input) => pgbouncerAssignments(input, title) },
  render: (input) => code`
    ${remarks(';', input.why)}
    [databases]
    ; Your server. No password here: it is looked up in auth_file.
    app = host=127.0.0.1 port=5432 dbname=app

    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = 6432
    auth_type = scram-sha-256
    auth_file = /etc/pgbouncer/userlist.txt
    ; SET, LISTEN and session advisory locks do not outlive a transaction then.
    pool_mode = transaction
    ${assignmentLines(pgbouncerAssignments(input, title), ';', ' = ')}
  `,
};

/** The limits by the names of PgBouncer, for its ini and for whatever else hands them to it. */
export function pgbouncerAssignments(input: EmitInput, title: string): Assignment[] {
  const limits = poolerLimits(input, title);
  const reasons = poolerReasons(input, limits);
  const { acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = input.settings;
  return [
    {
      path: ['default_pool_size'],
      value: limits.serverConnections,
      of: 'connectionLimit',
      note: `Server connections of each database and user: ${reasons.server}.`,
    },
    {
      path: ['max_db_connections'],
      value: limits.serverConnections,
      of: 'connectionLimit',
      note: 'The same for all users of a name in [databases] together.',
    },
    { path: ['max_client_conn'], value: limits.clients, of: 'queueLimit', note: `Clients: ${reasons.clients}.` },
    {
      path: ['query_wait_timeout'],
      value: seconds(acquireTimeoutMs),
      of: 'acquireTimeoutMs',
      note: `Times are seconds.${waitNote(acquireTimeoutMs)}`,
    },
    { path: ['server_connect_timeout'], value: seconds(connectTimeoutMs), of: 'connectTimeoutMs' },
    ...(queryTimeoutMs === undefined
      ? []
      : [
          {
            path: ['query_timeout'],
            value: seconds(queryTimeoutMs),
            of: 'queryTimeoutMs' as const,
            note: 'It ends the client. The query runs on at the server, beside those that are counted\nabove, until statement_timeout of the role: set that as well.',
          },
        ]),
  ];
}

/** PgBouncer reads parts of a second. */
function seconds(ms: number): number {
  return ms / 1_000;
}

/** PgBouncer looks for clients that have waited for too long in full_maint_period, @13a344f src/janitor.c. */
function waitNote(ms: number): string {
  if (ms === 0) return '\n0: a client waits without a limit.';
  return ms < 1_000 ? '\nPgBouncer looks every third of a second, so a client may wait for that much longer.' : '';
}
