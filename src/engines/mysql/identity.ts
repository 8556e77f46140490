import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ServerIdentity } from '../identity.ts';
import { numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';

/** What says which server answers, by its name as a column; for every user. The times are by the server's clock. */
export const mysqlIdentityExpressions = {
  server_host: '@@hostname',
  server_port: '@@port',
  server_id: '@@server_id',
  at_ms: "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) / 1000",
} as const;

const columns = Object.entries(mysqlIdentityExpressions).map(([name, sql]) => `${sql} AS ${name}`);

/** `uptimeSeconds` is the server's status Uptime. A port of another door of the same server counts as its port. */
export function mysqlIdentityIn(
  row: Row | undefined,
  uptimeSeconds: number | undefined,
  { target }: Session,
  doors: readonly (number | undefined)[] = [],
): ServerIdentity {
  const atMs = numberIn(row, 'at_ms');
  const isThroughDoor = target.socketPath === undefined && doors.includes(target.port);
  return withoutUndefined({
    host: textIn(row, 'server_host'),
    ...(target.socketPath === undefined && { port: isThroughDoor ? target.port : numberIn(row, 'server_port') }),
    id: textIn(row, 'server_id'),
    startedAtMs: atMs === undefined || uptimeSeconds === undefined ? undefined : atMs - uptimeSeconds * 1_000,
  });
}

export async function mysqlIdentity(session: Session): Promise<ServerIdentity> {
  const status = await session.rows(`SHOW STATUS LIKE 'Uptime'`);
  const [row] = await session.rows(`SELECT ${columns.join(', ')}`);
  const doors = await session.rows(`SHOW GLOBAL VARIABLES WHERE Variable_name IN ('extra_port', 'admin_port')`);
  return mysqlIdentityIn(
    row,
    numberIn(status[0], 'Value'),
    session,
    doors.map((door) => numberIn(door, 'Value')),
  );
}
