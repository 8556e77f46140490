import { numberIn } from '../rows.ts';
import type { MysqlSession } from './connect.ts';
import { allowed } from './facts.ts';

/** How far this server is behind its source; undefined where it follows none, or the user may not know. */
export async function replicationLagMs(session: MysqlSession): Promise<number | undefined> {
  // MySQL 8.4 knows only the new words; versions before 8.0.22 and MariaDB before 10.5.1 only the old ones.
  const rows = (await allowed(session, 'SHOW REPLICA STATUS')) ?? (await allowed(session, 'SHOW SLAVE STATUS')) ?? [];
  const lags = rows.flatMap(
    (row) => numberIn(row, 'Seconds_Behind_Source') ?? numberIn(row, 'Seconds_Behind_Master') ?? [],
  );
  return lags.length === 0 ? undefined : Math.max(...lags) * 1_000;
}
