import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HoldLaw } from '../core/hold-law.ts';
import { meanHoldTime } from '../core/hold-time.ts';
import { known } from '../core/known.ts';
import { sizePool } from '../core/size.ts';
import type { Workload } from '../core/workload.ts';
import { PoolctlError } from '../errors.ts';
import { parseTrace } from '../inputs/trace.ts';
import type { Io } from '../io.ts';
import type { ArrivalLaw, SimulationInput } from '../simulate/model.ts';
import { type ScenarioName, scenarios } from '../simulate/scenarios.ts';
import { formatDuration, formatNumber, parseCount, parseDurationMs } from '../units.ts';
import { parseChoice, type ReadOption } from './options.ts';
import { Sources } from './size-sources.ts';
import { gatherWorkload, refuseHalfALoad } from './size-workload.ts';
import {
  type PoolSpec,
  parseAcquireTimeoutMs,
  parseArrivals,
  parseBurst,
  parsePool,
  parseQueueLimit,
  parseRetries,
  parseSweep,
} from './specs.ts';

/** Everything that `simulate` was asked for. */
export interface SimulationPlan {
  readonly scenario: ScenarioName;
  readonly load: string;
  readonly pools: readonly PoolSpec[];
  readonly isSweep: boolean;
  readonly replications: number;
  readonly measuredMs: number;
  readonly input: Omit<SimulationInput, 'connections'>;
}

const defaults = { durationMs: 60_000, warmupMs: 10_000, replications: 5, seed: 1, sliceMs: 1_000 } as const;

export function gatherSimulation(read: ReadOption, io: Io): SimulationPlan {
  const workload = gatherWorkload(read, undefined, new Sources());
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
    ...known({ maxConnections: count('max-connections'), retries: read('retries', parseRetries)?.value }),
  };
  const { connections: _, ...input } = scenarios[scenario].apply(plain);
  return {
    scenario,
    measuredMs,
    input,
    replications: count('replications') ?? defaults.replications,
    ...gatherPools(read, workload, instances),
    load: loadText(arrivals, workload),
  };
}

function gatherPools(read: ReadOption, workload: Workload, instances: number): { pools: PoolSpec[]; isSweep: boolean } {
  const limits = known({
    queueLimit: read('queue-limit', parseQueueLimit)?.value,
    acquireTimeoutMs: read('acquire-timeout', parseAcquireTimeoutMs)?.value,
  });
  const connections = read('connection-limit', parseCount)?.value;
  const sweep = read('sweep', parseSweep)?.value;
  const versus = read('vs', (text, source) =>
    text === 'recommended' ? recommended(workload, instances) : parsePool(text, source),
  )?.value;
  if (sweep) {
    if (connections === undefined && !versus)
      return { pools: sweep.map((swept) => ({ ...limits, connections: swept })), isSweep: true };
    throw new PoolctlError('INPUT_CONTRADICTION', '--sweep already says which pools to simulate.', {
      hint: 'Leave out --connection-limit and --vs.',
    });
  }
  if (connections === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is no pool to simulate.', {
      hint: 'Add --connection-limit 10, or --sweep connection-limit=10..120.',
    });
  }
  return { pools: [{ ...limits, connections }, ...(versus ? [versus] : [])], isSweep: false };
}

/** What `size` recommends for this load. */
function recommended(workload: Workload, instances: number): PoolSpec {
  const { connectionLimit, queueLimit, acquireTimeoutMs } = sizePool({ workload, fleet: { instances } });
  return { connections: connectionLimit, queueLimit, acquireTimeoutMs };
}

function gatherArrivals(read: ReadOption, io: Io, workload: Workload, instances: number): ArrivalLaw {
  const trace = read('trace', (path) => parseTrace(readText(resolve(io.cwd, path), path), path))?.value;
  if (trace) return { kind: 'trace', timesMs: trace };
  const { arrivalRatePerSecond, scope = 'instance' } = workload;
  if (arrivalRatePerSecond === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is no load to simulate.', {
      hint: 'Add --tps 200 --p95 300ms, or a recorded --trace.',
    });
  }
  refuseHalfALoad(workload);
  const ratePerSecond = scope === 'fleet' ? arrivalRatePerSecond : arrivalRatePerSecond * instances;
  const burst = read('burst', parseBurst)?.value;
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

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${name}.`, {
      hint: 'Is the path right, and may you read it?',
      cause,
    });
  }
}

function lawOf(workload: Workload): HoldLaw {
  const mean = meanHoldTime(workload);
  if (!mean)
    throw new PoolctlError('INPUT_MISSING', 'How long is a connection held?', { hint: 'Add --p95 300ms, or --mean.' });
  return { kind: 'exponential', meanMs: mean.meanMs };
}

function loadText(arrivals: ArrivalLaw, workload: Workload): string {
  const mean = meanHoldTime(workload);
  const rate =
    arrivals.kind === 'trace'
      ? `${formatNumber(arrivals.timesMs.length)} recorded requests`
      : `${formatNumber(arrivals.ratePerSecond)} TPS`;
  return `${rate} (${arrivals.kind}), a connection held for ${formatDuration(mean?.meanMs ?? 0)} on average.`;
}
