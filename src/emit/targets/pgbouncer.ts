import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { poolerLimits, poolerReasons } from '../parts/pooler.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'PgBouncer';

/** Comments have lines of their own: behind a value they would be part of it. */
export const pgbouncer: Target = {
  title,
  language: 'ini',
  engines: ['postgres'],
  driver: 'pgbouncer',
  instead: {},
  render: (input) => {
    const limits = poolerLimits(input, title);
    const reasons = poolerReasons(input, limits);
    const { acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = input.settings;
    return code`
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
      ; Server connections of each database and user: ${reasons.server}.
      default_pool_size = ${limits.serverConnections}
      ; The same for all users of a database together.
      max_db_connections = ${limits.serverConnections}
      ; Clients: ${reasons.clients}.
      max_client_conn = ${limits.clients}
      ; Times are seconds.
      ${acquireLine(acquireTimeoutMs)}
      server_connect_timeout = ${seconds(connectTimeoutMs)}
      ${queryTimeoutMs === undefined ? undefined : `query_timeout = ${seconds(queryTimeoutMs)}`}
    `;
  },
  async merge(existing, snippet, file) {
    const { mergeLines } = await import('../merge/lines.ts');
    const { ownLines } = await import('../merge/own.ts');
    return mergeLines(
      existing,
      ownLines(snippet, existing, {
        own: /^(?:\[pgbouncer\]|(?:default_pool_size|max_|query_|server_connect_timeout)\w* = )/,
      }),
      file,
      ['pgbouncer'],
    );
  },
};

function acquireLine(ms: EmitInput['settings']['acquireTimeoutMs']): string {
  return ms === 0
    ? '; 0: a client waits without a limit.\nquery_wait_timeout = 0'
    : `query_wait_timeout = ${seconds(ms)}`;
}

/** PgBouncer reads parts of a second. */
function seconds(ms: number): number {
  return ms / 1_000;
}
