import type { Reachable } from '../pools/report.ts';
import { dbTypes, type PoolStatus, type PoolStatusEntry } from '../pools/status.ts';
import type { WatchedKind } from '../watch/look.ts';
import type { TargetState, WatchState } from '../watch/state.ts';
import { isSaturated, publicName, type ShownTarget, shownTarget } from './shown.ts';

/** A target as the pool-status endpoint has a pool: its connections are those that are taken, its maximum the usable ones. */
export interface WatchedPoolStatus
  extends Pick<PoolStatusEntry, 'dbType' | 'maxConnections' | 'createdAt' | 'lastUsedAt' | 'idleSeconds'> {
  /** The name of the target. */
  readonly connectionId: string;
  /** Null while no figure of now is known. */
  readonly activeConnections: number | null;
  /** Clients that wait in PgBouncer's queues; left out for servers, which have none. */
  readonly pendingRequests?: number;
  readonly state: TargetState['phase'] | 'stale';
  readonly reachable: Reachable;
  readonly saturated: boolean;
}

/** The answer of the endpoint; one of `poolctl/pools` has the same shape. */
export interface WatchedStatus extends Omit<PoolStatus, 'data'> {
  readonly data: Omit<PoolStatus['data'], 'pools'> & { readonly pools: readonly WatchedPoolStatus[] };
}

/** `startedAtMs`: since when the targets are watched, by the wall clock; `nowMs` is of the clock of `lookedAtMs`. */
export function watchedStatus(state: WatchState, startedAtMs: number, nowMs: number): WatchedStatus {
  const pools = state.targets.map((target) => poolOf(target, state, startedAtMs, nowMs));
  const activePools = pools.filter(({ activeConnections }) => (activeConnections ?? 0) > 0).length;
  const message = `Status of ${pools.length} watched target${pools.length === 1 ? '' : 's'}.`;
  return { success: true, data: { totalPools: pools.length, activePools, pools }, message };
}

function poolOf(target: TargetState, state: WatchState, startedAtMs: number, nowMs: number): WatchedPoolStatus {
  const shown = shownTarget(target, state, nowMs);
  const { look, ageMs } = shown;
  const { lookedAtWallMs, kind, phase } = target;
  const isInUse = (look?.taken ?? 0) > 0;
  const idleMs = ageMs ?? Math.max(0, state.atMs - startedAtMs);
  return {
    connectionId: publicName(target),
    dbType: kind ? dbTypeOf(kind) : null,
    activeConnections: look?.taken ?? null,
    maxConnections: look?.capacity.usable ?? null,
    createdAt: new Date(startedAtMs).toISOString(),
    lastUsedAt: lookedAtWallMs === undefined ? null : new Date(lookedAtWallMs).toISOString(),
    idleSeconds: isInUse ? 0 : Math.floor(idleMs / 1_000),
    ...(look?.pools && { pendingRequests: look.pools.reduce((sum, { clientsWaiting }) => sum + clientsWaiting, 0) }),
    state: look === undefined && phase === 'up' ? 'stale' : phase,
    reachable: reachableOf(shown),
    saturated: isSaturated(shown),
  };
}

/** One that is full, or refuses this user, answers. */
function reachableOf({ target: { phase }, look }: ShownTarget): Reachable {
  if (phase === 'connecting') return 'unknown';
  return phase === 'unreachable' || (phase === 'up' && look === undefined) ? 'no' : 'yes';
}

/** PgBouncer stands for the PostgreSQL behind it. */
const dbTypeOf = (kind: WatchedKind) => dbTypes[kind === 'pgbouncer' ? 'postgres' : kind];
