import { withoutUndefined } from '../../base/without-undefined.ts';
import { predictBehindPooler } from '../../queueing/behind-pooler.ts';
import type { ModeFindings } from '../modes/mode.ts';
import type { ProbeTask } from '../request.ts';
import type { PoolerFigures } from '../result.ts';
import { mainRun } from '../runs.ts';
import type { ThroughPooler } from './limit.ts';

/**
 * Where requests wait, by the model of both queues: with the pool that is recommended or tested, with one as large as what
 * the pooler runs at once, and with one of twice that. Undefined without a rate, or a run whose hold times have no wait in
 * the pooler in them.
 */
export function queuesOf(
  { reach, settings, mode }: ThroughPooler['pooler'],
  found: ModeFindings,
  task: ProbeTask,
): PoolerFigures['queues'] {
  // Where each client has a connection of its own, there is no second queue for requests.
  const isShared = !reach.refusal && mode !== 'session';
  // Where all that were tried ran at once, only the pooler's own setting tells how many more would.
  const poolerConnections = reach.atOnce < reach.letIn ? reach.atOnce : isShared ? settings?.poolSize : undefined;
  const run = mainRun(found);
  const size = found.recommendation?.connectionLimit ?? run?.pool.connectionLimit;
  const arrivalRatePerSecond = run?.wantedPerSecond;
  const isOfOne = !('instances' in task) || (task.instances ?? 1) === 1;
  if (!run || size === undefined || arrivalRatePerSecond === undefined || !isOfOne) return undefined;
  if (!poolerConnections || run.pool.connectionLimit > poolerConnections || run.completed === 0) return undefined;
  const hold = { kind: 'histogram' as const, buckets: run.serviceBuckets };
  const sizes = [...new Set([size, poolerConnections, 2 * poolerConnections])].sort((a, b) => a - b);
  return sizes.map((connections) => {
    const { meanWaitInPoolMs, meanWaitInPoolerMs } = predictBehindPooler({
      ...{ connections, poolerConnections, arrivalRatePerSecond, hold },
    });
    return {
      connectionLimit: connections,
      ...withoutUndefined({ waitInPoolMs: meanWaitInPoolMs, waitInPoolerMs: meanWaitInPoolerMs }),
    };
  });
}
