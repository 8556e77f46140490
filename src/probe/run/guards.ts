import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import type { ReplicaSight } from '../control/replicas.ts';
import type { GuardStatus } from '../result.ts';
import { defaultErrorRatio, defaultReplicationLagMs, type ShardsExpected, type WatchLimits } from './watch.ts';

/** What each guard of a probe can see of this server, as this user. */
export function guardsOf(limits: WatchLimits, facts: ServerFacts, replicas: ReplicaSight): GuardStatus[] {
  const { freeFloor, maxErrorRatio = defaultErrorRatio, maxP99Ms, shards } = limits;
  return [
    { guard: 'free-floor', status: 'watching', limit: `${formatCount(freeFloor, 'connection')} stay free` },
    { guard: 'error-rate', status: 'watching', limit: `at most ${formatRatio(maxErrorRatio)}` },
    maxP99Ms === undefined
      ? { guard: 'max-p99', status: 'not asked' }
      : { guard: 'max-p99', status: 'watching', limit: formatDuration(maxP99Ms) },
    othersGuard(facts),
    replicationGuard(limits, replicas),
    { guard: 'control-slow', status: 'watching', limit: '1 s for a look, or ten times what one takes without load' },
    ...(shards ? [shardGuard(shards)] : []),
  ];
}

function shardGuard({ of }: ShardsExpected): GuardStatus {
  return {
    guard: 'shard-gone',
    status: 'watching',
    limit: `all ${formatNumber(of)} shards until the last window ends`,
  };
}

/** What other users' sessions do is hidden from a user without a privilege; that they are there is not. */
function othersGuard({ unseen }: ServerFacts): GuardStatus {
  const guard = 'others-active';
  const limit = 'half as many again, and more than 5';
  const [first] = unseen;
  if (!first) return { guard, status: 'watching', limit };
  return {
    guard,
    status: 'blind',
    limit,
    why: 'this user sees what its own sessions do, and not those of other users',
    remedy: first.grant,
  };
}

function replicationGuard({ maxReplicationLagMs }: WatchLimits, replicas: ReplicaSight): GuardStatus {
  const guard = 'replication-lag';
  const limit = formatDuration(maxReplicationLagMs ?? defaultReplicationLagMs);
  switch (replicas.kind) {
    case 'seen':
      return { guard, status: 'watching', limit, why: replicas.what };
    case 'none':
      return { guard, status: 'watching', limit, why: replicas.why };
    case 'blind':
      return { guard, status: 'blind', limit, why: replicas.why, remedy: replicas.remedy };
    default:
      return replicas satisfies never;
  }
}

/** A limit that was asked for is kept, or nothing is loaded. @throws PoolctlError PROBE_REFUSED */
export function refuseBlind({ maxReplicationLagMs }: Partial<WatchLimits>, replicas: ReplicaSight): void {
  if (maxReplicationLagMs === undefined || replicas.kind !== 'blind') return;
  throw new PoolctlError(
    'PROBE_REFUSED',
    `--max-replication-lag ${formatDuration(maxReplicationLagMs)} cannot be watched: ${replicas.why}.`,
    { hint: /^GRANT/.test(replicas.remedy) ? `${replicas.remedy}; or leave the limit out.` : replicas.remedy },
  );
}
