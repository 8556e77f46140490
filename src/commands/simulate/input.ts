import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { PoolLimits } from '../../base/pool-notation.ts';
import { formatDuration, formatNumber } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { readText } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
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
import { fillInput, inputRows, readGiven } from '../size/fill.ts';
import { loadFlags } from '../size/flags.ts';
import { refuseContradictions, refuseHalfALoad } from '../size/rules.ts';
import { simulateFlags } from './flags.ts';

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

const warmupMs = 10_000;
const sliceMs = 1_000;
const loadRows = inputRows(loadFlags);

export async function gatherSimulation(read: ReadOption, io: Io): Promise<SimulationPlan> {
  const given = await readGiven(loadRows, read, io);
  refuseContradictions(given);
  const { workload } = fillInput(loadRows, { given });
  const scenario = read(simulateFlags.scenario).value;
  const instances = read(simulateFlags.instances)?.value ?? 1;
  const arrivals = gatherArrivals(read, io, workload, instances);
  const hold = lawOf(workload);
  const measuredMs = read(simulateFlags.duration).value;
  const durationMs = measuredMs + warmupMs;
  const plain: SimulationInput = {
    arrivals,
    hold,
    pools: instances,
    balancer: read(simulateFlags.balancer).value,
    connections: 1,
    durationMs,
    warmupMs,
    seed: read(simulateFlags.seed).value,
    timelineSlices: Math.min(80, Math.max(10, Math.round(durationMs / sliceMs))),
    ...withoutUndefined({
      maxConnections: read(simulateFlags['max-connections'])?.value,
      retries: read(simulateFlags.retries)?.value,
    }),
  };
  const { connections: _, ...input } = scenarios[scenario].apply(plain);
  const replications = read(simulateFlags.replications).value;
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
    queueLimit: read(simulateFlags['queue-limit'])?.value,
    acquireTimeoutMs: read(simulateFlags['acquire-timeout'])?.value,
  });
  const connectionLimit = read(simulateFlags['connection-limit'])?.value;
  const sweep = read(simulateFlags.sweep)?.value;
  const second = read(simulateFlags.vs)?.value;
  const versus = second === 'recommended' ? recommended(workload, instances) : second;
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
  const trace = read(simulateFlags.trace)?.value;
  if (trace !== undefined) return { kind: 'trace', timesMs: parseTrace(readText(trace, io), trace) };
  const { arrivalRatePerSecond, scope = 'instance' } = workload;
  if (arrivalRatePerSecond === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is no load to simulate.', {
      hint: 'Add --tps 200 --p95 300ms, or a recorded --trace.',
    });
  }
  refuseHalfALoad(workload);
  const ratePerSecond = scope === 'fleet' ? arrivalRatePerSecond : arrivalRatePerSecond * instances;
  const { burst } = workload;
  const arrivals = read(simulateFlags.arrivals)?.value;
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
