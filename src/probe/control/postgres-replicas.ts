import { flagIn, numberIn, type Row, textIn } from '../../engines/rows.ts';
import type { Session } from '../../engines/session.ts';
import type { createLagClock, ReplicaSight } from './replicas.ts';

/** Whether replicas of this server, or its own lag as one, can be watched. */
export async function postgresReplicas(session: Session): Promise<ReplicaSight> {
  const [row] = await session.rows(`SELECT pg_is_in_recovery() AS standby, quote_ident(session_user) AS me,
    (SELECT count(*) FROM pg_stat_replication) AS replicas,
    (SELECT count(*) FROM pg_stat_replication WHERE state IS NULL) AS hidden,
    (SELECT count(*) FROM pg_stat_wal_receiver) AS receivers`);
  const count = (column: string) => numberIn(row, column) ?? 0;
  if (count('hidden') > 0) {
    return {
      kind: 'blind',
      why: `this user may not see how far ${count('hidden') === 1 ? 'the replica is' : 'the replicas are'} behind`,
      remedy: `GRANT pg_read_all_stats TO ${textIn(row, 'me') ?? 'the user'}`,
    };
  }
  if (flagIn(row, 'standby') && count('receivers') === 0) {
    return {
      kind: 'blind',
      why: 'this standby gets no stream from its primary, so that its lag is not known',
      remedy: 'Start its streaming, or probe without --max-replication-lag.',
    };
  }
  if (flagIn(row, 'standby')) return { kind: 'seen', what: 'how far this standby is behind its primary' };
  return count('replicas') === 0
    ? { kind: 'none', why: 'no replica follows it now; one that comes is seen' }
    : { kind: 'seen', what: `how far its replicas are behind (${count('replicas')})` };
}

/** Of each replica, and of this one; the server reckons nothing, which costs it less. No row where none is there. */
export const lagsSql = `SELECT state, extract(epoch FROM replay_lag) * 1000 AS lag_ms, replay_lsn AS replayed,
    CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END AS written
   FROM pg_stat_get_wal_senders()
  UNION ALL SELECT 'standby', extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000,
    pg_last_wal_replay_lsn(), pg_last_wal_receive_lsn()
   FROM pg_stat_get_wal_receiver() WHERE pid IS NOT NULL AND pg_is_in_recovery()`;

/** How many replicas there are whose lag this user may not see. */
export function hiddenReplicasIn(rows: readonly Row[]): number {
  return rows.filter((row) => row['state'] === null).length;
}

/** How many show what they have replayed; a copy of the log, such as pg_receivewal's, shows nothing. */
export function replicasIn(rows: readonly Row[]): number {
  return rows.filter((row) => textIn(row, 'replayed') !== undefined).length;
}

/** The farthest that a replica is behind, or this one; undefined where none can be seen. */
export function lagOf(rows: readonly Row[], clock: ReturnType<typeof createLagClock>): number | undefined {
  const replicas = rows.filter((row) => textIn(row, 'state') !== 'standby');
  const replayed = replicas
    .filter((row) => ['streaming', 'catchup'].includes(textIn(row, 'state') ?? ''))
    .flatMap((row) => walBytes(textIn(row, 'replayed')) ?? []);
  const written = walBytes(textIn(replicas[0], 'written'));
  const hasPlaces = written !== undefined && replayed.length > 0;
  const byClock = hasPlaces ? [clock({ atMs: performance.now(), written, replayed: Math.min(...replayed) })] : [];
  const lags = [...replicas.flatMap((row) => numberIn(row, 'lag_ms') ?? []), ...rows.flatMap(ownLagOf), ...byClock];
  return lags.length === 0 ? undefined : Math.max(...lags);
}

/** A standby that has replayed all that it got is not behind, however long ago the last transaction was. */
function ownLagOf(row: Row): number | [] {
  if (textIn(row, 'state') !== 'standby') return [];
  if (row['written'] === row['replayed']) return 0;
  return Math.max(numberIn(row, 'lag_ms') ?? 0, 0);
}

/** A place in the log, such as `16/B374D848`: two halves of 32 bits in hexadecimal. */
function walBytes(lsn = ''): number | undefined {
  const [, high, low] = /^([0-9A-F]+)\/([0-9A-F]+)$/i.exec(lsn) ?? [];
  return high === undefined || low === undefined
    ? undefined
    : Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}
