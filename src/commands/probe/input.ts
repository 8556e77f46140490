import { availableParallelism } from 'node:os';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { ReadOption } from '../../cli/options.ts';
import { defaultDurationMs } from '../../probe/plan/plan.ts';
import { loadedInstances, type ProbeArrivals, type ProbeRequest } from '../../probe/request.ts';
import { defaultShare } from '../../probe/run/guard.ts';
import { guardFlags, trafficFlags } from './flags.ts';
import { readTask } from './task.ts';
import { type ChooseWorkload, readWorkload } from './workload.ts';

/** All that is asked of a probe, but for the server. */
export interface ProbeInput
  extends Pick<
    ProbeRequest,
    'task' | 'durationMs' | 'warmupMs' | 'arrivals' | 'seed' | 'threads' | 'share' | 'limits' | 'isDryRun'
  > {
  readonly hasConsent: boolean;
  readonly workload: ChooseWorkload | undefined;
}

/**
 * Reads the flags; nothing is connected yet. `pool`: the second one of --compare; `shards`: processes that share the load.
 * @throws PoolctlError
 */
export async function probeInput(read: ReadOption, io: Io, pool: string | undefined, shards = 1): Promise<ProbeInput> {
  const [isQuick, isThorough] = [read(trafficFlags.quick), read(trafficFlags.thorough)];
  if (isQuick && isThorough) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--quick and --thorough cannot both be given.', {
      hint: 'Choose one.',
    });
  }
  const rounds = isQuick ? 1 : isThorough ? 5 : 3;
  const { arrivals, tps } = readArrivals(read);
  const workload = await readWorkload(read, io);
  const areRoundsFixed = isQuick || isThorough;
  const durationMs = read(trafficFlags.duration)?.value ?? defaultDurationMs(rounds);
  const { task, workload: ofTask } = await readTask({
    ...{ read, io, secondPool: pool, rounds, areRoundsFixed, durationMs, tps },
  });
  const maxErrorRatio = read(guardFlags['max-errors'])?.value;
  return {
    hasConsent: read(guardFlags.yes),
    isDryRun: read(guardFlags['dry-run']),
    task,
    workload: workload ?? ofTask,
    arrivals,
    durationMs,
    ...withoutUndefined({ warmupMs: read(trafficFlags.warmup)?.value }),
    seed: read(trafficFlags.seed).value,
    threads: read(trafficFlags.threads)?.value ?? threadsFor(((tps?.value ?? 0) * loadedInstances(task)) / shards),
    share: read(guardFlags.share)?.value ?? defaultShare,
    limits: withoutUndefined({
      maxErrorRatio,
      maxP99Ms: read(guardFlags['max-p99'])?.value,
      freeFloor: read(guardFlags['free-floor'])?.value,
      maxReplicationLagMs: read(guardFlags['max-replication-lag'])?.value,
      // Refusals and timeouts of the pool are what a run is there to see.
      expected: ['acquire-timeout', 'queue-full'] as const,
    }),
  };
}

function readArrivals(read: ReadOption): { arrivals: ProbeArrivals; tps: Sourced<number> | undefined } {
  const isPaced = read(trafficFlags.paced);
  const tps = read(trafficFlags.tps);
  const burst = read(trafficFlags.burst);
  const ramp = read(trafficFlags.ramp);
  if (ramp && tps) contradiction(ramp, tps, 'The ramp says the rate.');
  if (burst && isPaced) contradiction(burst, { source: '--paced' }, 'Bursts come by chance.');
  if (burst) {
    const { text, phases } = burst.value;
    return {
      tps,
      arrivals: { name: `bursts ${text}`, at: (ratePerSecond) => ({ kind: 'bursty', ratePerSecond, ...phases }) },
    };
  }
  const kind = isPaced ? 'paced' : 'poisson';
  const plain: ProbeArrivals = { name: kind, at: (ratePerSecond) => ({ kind, ratePerSecond }) };
  if (!ramp) return { tps, arrivals: plain };
  const { from, to } = ramp.value;
  const most = Math.max(from, to);
  return {
    tps: { value: most, source: ramp.source },
    arrivals: { ...plain, name: `${kind}, from ${from}/s to ${to}/s`, ramp: { from: from / most, to: to / most } },
  };
}

function contradiction(first: { readonly source: string }, second: { readonly source: string }, hint: string): never {
  throw new PoolctlError('INPUT_CONTRADICTION', `${first.source} and ${second.source} cannot both be given.`, { hint });
}

/** What one event loop sends and reads with ease: 10 to 25 thousand a second were measured. */
const ratePerThread = 10_000;

/** One, unless the rate is more than one can do and there are processors for more. */
function threadsFor(tps: number): number {
  return Math.max(1, Math.min(Math.ceil(tps / ratePerThread), availableParallelism() - 1));
}
