import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ServerIdentity } from '../identity.ts';
import { numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';

/** Columns of a SELECT that say which PostgreSQL answers; for every user. */
export const postgresIdentityColumns = `host(inet_server_addr()) AS server_host, inet_server_port() AS server_port,
  extract(epoch FROM pg_postmaster_start_time())::float8 * 1000 AS server_start_ms`;

export function postgresIdentityIn(row: Row | undefined): ServerIdentity {
  return withoutUndefined({
    host: textIn(row, 'server_host'),
    port: numberIn(row, 'server_port'),
    startedAtMs: numberIn(row, 'server_start_ms'),
  });
}

export async function postgresIdentity(session: Session): Promise<ServerIdentity> {
  return postgresIdentityIn((await session.rows(`SELECT ${postgresIdentityColumns}`))[0]);
}
