import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { type PoolLimits, parseAcquireTimeoutMs, parsePool, parseQueueLimit } from '../../base/pool-notation.ts';
import { formatDuration, formatNumber, parseCount, parseDurationMs } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { readText } from '../../cli/input.ts';
import { parseArrivals, parseRetries, parseSweep } from '../../cli/notation.ts';
import { parseChoice, type ReadOption } from '../../cli/options.ts';
import { parseTrace } from '../../measurements/trace.ts';
import { holdDistribution } from '../../queueing/distribution.ts';
import { holdLaws } from '../../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import type { SimulationInput } from '../../simulate/model.ts';
import { type ScenarioName, scenarios } from '../../simulate/scenarios.ts';
import { sizePool } from '../../size/size.ts';
import type { Workload } from '../../size/workload.ts';
import type { ArrivalLaw } from '../../traffic/arrival-law.ts';
import { meanRatePerSecond } from '../../traffic/arrivals.ts';
import { Sources } from '../size/sources.ts';
import { gatherWorkload, refuseHalfALoad } from '../size/workload.ts';

/** Everything that `simulate` was asked for. */
export interface SimulationPlan {
  readonly scenario: ScenarioName;
  readonly load: string;
  readonly pools: readonly PoolLimits[];
  readonly isSweep: boolean;
  readonly replications: number;
  readonly measuredMs: number;
  readonly input: Omit<SimulationInput, 'connections'>;
}

const defaults = { durationMs: 60_000, warmupMs: 10_000, replications: 5, seed: 1, sliceMs: 1_000 } as const;

export function gatherSimulation(read: ReadOption, io: Io): SimulationPlan {
  const workload = gatherWorkload(read, io, undefined, new Sources());
  const scenario = read('scenario', parseChoice(Object.keys(scenarios) as ScenarioName[]))?.value ?? 'steady';
  const instances = read('instances', parseCount)?.value ?? 1;
  const arrivals = gatherArrivals(read, io, workload, instances);
  const hold = lawOf(workload);
  const measuredMs = read('duration', parseDurationMs)?.value ?? defaults.durationMs;
  const durationMs = measuredMs + defaults.warmupMs;
  const count = (name: string) => read(name, parseCount)?.value;
  const plain: SimulationInput = {
    arrivals,
    hold,
    pools: instances,
    balancer: read('balancer', parseChoice(['random', 'round-robin', 'least-busy']))?.value ?? 'round-robin',
    connections: 1,
    durationMs,
    warmupMs: defaults.warmupMs,
    seed: count('seed') ?? defaults.seed,
    timelineSlices: Math.min(80, Math.max(10, Math.round(durationMs / defaults.sliceMs))),
    ...withoutUndefined({ maxConnections: count('max-connections'), retries: read('retries', parseRetries)?.value }),
  };
  const { connections: _, ...input } = scenarios[scenario].apply(plain);
  const replications = count('replications') ?? defaults.replications;
  const plan = gatherPools(read, workload, instances);
  refuseTooMuch((meanRatePerSecond(arrivals) * durationMs * replications * plan.pools.length) / 1_000);
  return { scenario, measuredMs, input, replications, ...plan, load: loadText(arrivals, hold) };
}

/** About ten minutes of work. */
const mostRequests = 2e9;

function refuseTooMuch(requests: number): void {
  if (requests <= mostRequests) return;
  throw new PoolctlError('VALUE_INVALID', `This would simulate ${formatNumber(requests)} requests.`, {
    hint: `Shorten --duration or lower --replications, to at most ${formatNumber(mostRequests)}.`,
  });
}

function gatherPools(
  read: ReadOption,
  workload: Workload,
  instances: number,
): { pools: PoolLimits[]; isSweep: boolean } {
  const limits = withoutUndefined({
    queueLimit: read('queue-limit', parseQueueLimit)?.value,
    acquireTimeoutMs: read('acquire-timeout', parseAcquireTimeoutMs)?.value,
  });
  const connectionLimit = read('connection-limit', parseCount)?.value;
  const sweep = read('sweep', parseSweep)?.value;
  const versus = read('vs', (text, source) =>
    text === 'recommended' ? recommended(workload, instances) : parsePool(text, source),
  )?.value;
  if (sweep) {
    if (connectionLimit === undefined && !versus)
      return { pools: sweep.map((swept) => ({ ...limits, connectionLimit: swept })), isSweep: true };
    throw new PoolctlError('INPUT_CONTRADICTION', '--sweep already says which pools to simulate.', {
      hint: 'Leave out --connection-limit and --vs.',
    });
  }
  if (connectionLimit === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is no pool to simulate.', {
      hint: 'Add --connection-limit 10, or --sweep connection-limit=10..120.',
    });
  }
  return { pools: [{ ...limits, connectionLimit }, ...(versus ? [versus] : [])], isSweep: false };
}

/** What `size` recommends for this load. */
function recommended(workload: Workload, instances: number): PoolLimits {
  const { connectionLimit, queueLimit, acquireTimeoutMs } = sizePool({ workload, fleet: { instances } });
  return { connectionLimit, queueLimit, acquireTimeoutMs };
}

function gatherArrivals(read: ReadOption, io: Io, workload: Workload, instances: number): ArrivalLaw {
  const trace = read('trace', (path) => parseTrace(readText(path, io), path))?.value;
  if (trace) return { kind: 'trace', timesMs: trace };
  const { arrivalRatePerSecond, scope = 'instance' } = workload;
  if (arrivalRatePerSecond === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is no load to simulate.', {
      hint: 'Add --tps 200 --p95 300ms, or a recorded --trace.',
    });
  }
  refuseHalfALoad(workload);
  const ratePerSecond = scope === 'fleet' ? arrivalRatePerSecond : arrivalRatePerSecond * instances;
  const { burst } = workload;
  const arrivals = read('arrivals', parseArrivals)?.value;
  if (burst && arrivals) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--burst and --arrivals cannot both be given.', {
      hint: 'Bursts are Poisson arrivals in two phases.',
    });
  }
  return burst
    ? { kind: 'bursty', ratePerSecond, ...burst }
    : (arrivals?.(ratePerSecond) ?? { kind: 'poisson', ratePerSecond });
}

function lawOf(workload: Workload): HoldLaw {
  const laws = holdLaws(workload);
  if (laws) return laws.law;
  throw new PoolctlError('INPUT_MISSING', 'How long is a connection held?', { hint: 'Add --p95 300ms, or --mean.' });
}

function loadText(arrivals: ArrivalLaw, hold: HoldLaw): string {
  const rate =
    arrivals.kind === 'trace'
      ? `${formatNumber(arrivals.timesMs.length)} recorded requests`
      : `${formatNumber(arrivals.ratePerSecond)} TPS`;
  const { meanMs } = holdDistribution(hold);
  return `${rate} (${arrivals.kind}), a connection held for ${formatDuration(meanMs)} on average (${hold.kind}).`;
}
