import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { PoolLimits } from '../../base/pool-notation.ts';
import { formatDuration, formatNumber } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ReadOption } from '../../cli/options.ts';
import { holdDistribution } from '../../queueing/distribution.ts';
import { type HoldLaws, holdLaws } from '../../queueing/fit/hold-laws.ts';
import type { SimulationInput } from '../../simulate/model.ts';
import type { RunPlan } from '../../simulate/run-plan.ts';
import { mostRequests } from '../../simulate/run-warnings.ts';
import { type Scenario, type ScenarioName, scenarios, surgedInstances } from '../../simulate/scenarios.ts';
import type { SimulationTargets } from '../../simulate/verdict.ts';
import { targetsOf } from '../../size/outlook.ts';
import { sizePool } from '../../size/size.ts';
import type { Workload } from '../../size/workload.ts';
import { meanRatePerSecond } from '../../traffic/arrivals.ts';
import type { SimulatedDriver, SimulationOutcome } from '../../views/simulate/outcome.ts';
import { fillInput, inputRows, readGiven } from '../size/fill.ts';
import { loadFlags } from '../size/flags.ts';
import { refuseContradictions } from '../size/rules.ts';
import { gatherArrivals } from './arrivals.ts';
import type { PlayedDriver } from './driver.ts';
import { simulateFlags } from './flags.ts';
import { planLength, timesOf } from './length.ts';
import { readRecordedSimulation } from './recording.ts';

/** One of the pools that are simulated: what is played for it, and the driver that this is of. */
interface PlannedPool {
  readonly played: Pick<SimulationInput, 'connections'> & Partial<SimulationInput>;
  readonly driver?: SimulatedDriver;
}

/** Everything that `simulate` was asked for. */
export interface SimulationPlan {
  readonly pools: readonly PlannedPool[];
  readonly replications: number;
  readonly length: RunPlan;
  readonly warnings: readonly Warning[];
  readonly input: Omit<SimulationInput, 'connections'>;
  /** What the answer says of it. */
  readonly described: Omit<SimulationOutcome, 'pools' | 'isFinished'>;
}

/** A request in a hundred may be late: as `limitsForDeadline` has it. */
const inTimeRatio = 0.99;
const loadRows = inputRows(loadFlags);

export async function gatherSimulation(read: ReadOption, io: Io): Promise<SimulationPlan> {
  const given = await readGiven(loadRows, read, io);
  refuseContradictions(given);
  const recorded = await readRecordedSimulation(read, io, given);
  const workload = recorded?.workload ?? fillInput(loadRows, { given }).workload;
  const scenario = read(simulateFlags.scenario).value;
  const instances = read(simulateFlags.instances)?.value ?? 1;
  const surgeRatio = gatherSurge(read, scenario, instances);
  const { arrivals, load } = recorded ?? (await gatherArrivals(read, io, workload, instances));
  const laws = lawsOf(workload);
  const deadlineMs = read(simulateFlags.deadline)?.value;
  const { limits, isSweep } = gatherPools(read, workload, instances, recorded?.connectionLimit);
  const { drivers, warnings: ofDrivers } = await gatherDrivers(read, workload);
  const pools = limits.map((of, index) => planPool(of, drivers[index] ?? drivers[0]));
  const replications = read(simulateFlags.replications).value;
  const plain = {
    arrivals,
    hold: laws.law,
    pools: instances,
    balancer: read(simulateFlags.balancer).value,
    ...recorded?.opening,
    ...withoutUndefined({
      deadlineMs,
      maxConnections: read(simulateFlags['max-connections'])?.value,
      retries: read(simulateFlags.retries)?.value,
    }),
  };
  const loaded = pools.map(({ played }) => ({ ...plain, ...played }));
  const length = planLength(loaded, {
    replications,
    hasIncident: scenario !== 'steady',
    ...withoutUndefined({ measuredMs: read(simulateFlags.duration)?.value ?? recorded?.durationMs }),
  });
  const { summary, label, apply } = scenarios[scenario] as Scenario;
  const times = timesOf(length);
  const seed = read(simulateFlags.seed).value;
  const { connections: _, ...input } = apply(
    // Runs take one seed after the other: those of the next --seed are others.
    { ...plain, ...times, seed: (seed - 1) * 1e6 + 1, connections: 1 },
    withoutUndefined({ surgeRatio }),
  );
  refuseTooMuch((meanRatePerSecond(arrivals) * input.durationMs * replications * pools.length) / 1_000);
  const { meanMs } = holdDistribution(laws.law);
  return {
    pools,
    replications,
    length,
    input,
    warnings: [...(recorded?.warnings ?? []), ...ofDrivers],
    described: {
      scenario,
      summary,
      load: recorded ? load : `${load}, a connection held for ${formatDuration(meanMs)} on average (${laws.law.kind}).`,
      targets: gatherTargets(read, laws, deadlineMs),
      instances,
      mostInstances: scenario === 'deploy' ? surgedInstances(instances, surgeRatio) : instances,
      warmupMs: times.warmupMs,
      durationMs: length.measuredMs,
      seed,
      isSweep,
      ...withoutUndefined({ label, deadlineMs, maxConnections: plain.maxConnections, connectMs: input.connectMs }),
    },
  };
}

function gatherTargets(read: ReadOption, laws: HoldLaws, deadlineMs: number | undefined): SimulationTargets {
  const targets = withoutUndefined({
    maxWaitP99Ms: read(simulateFlags['max-wait-p99'])?.value,
    maxLossRatio: read(simulateFlags['max-loss'])?.value,
  });
  const { maxWaitP99Ms, maxLossRatio } = targetsOf({ targets, ...withoutUndefined({ deadlineMs }) }, laws);
  return { maxWaitP99Ms, maxLossRatio, ...(deadlineMs !== undefined && { minInTimeRatio: inTimeRatio }) };
}

function gatherSurge(read: ReadOption, scenario: ScenarioName, instances: number): number | undefined {
  const surge = read(simulateFlags.surge);
  if (scenario === 'deploy') {
    if (!surge) return undefined;
    return 'surgeRatio' in surge.value ? surge.value.surgeRatio : surge.value.surgeInstances / instances;
  }
  if (!surge?.source.startsWith('--')) return undefined;
  throw new PoolctlError('INPUT_CONTRADICTION', `--surge only matters in a deploy, not in the scenario ${scenario}.`, {
    hint: 'Add --scenario deploy.',
  });
}

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
  recordedLimit: number | undefined,
): { limits: PoolLimits[]; isSweep: boolean } {
  const limits = withoutUndefined({
    queueLimit: read(simulateFlags['queue-limit'])?.value,
    acquireTimeoutMs: read(simulateFlags['acquire-timeout'])?.value,
  });
  const given = read(simulateFlags['connection-limit'])?.value;
  const sweep = read(simulateFlags.sweep)?.value;
  const second = read(simulateFlags.vs)?.value;
  const versus = second === 'recommended' ? recommended(workload, instances) : second;
  if (sweep) {
    if (given === undefined && !versus)
      return { limits: sweep.map((swept) => ({ ...limits, connectionLimit: swept })), isSweep: true };
    throw new PoolctlError('INPUT_CONTRADICTION', '--sweep already says which pools to simulate.', {
      hint: 'Leave out --connection-limit and --vs.',
    });
  }
  const connectionLimit = given ?? recordedLimit;
  if (connectionLimit === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is no pool to simulate.', {
      hint: 'Add --connection-limit 10, or --sweep connection-limit=10..120.',
    });
  }
  const first = { ...limits, connectionLimit };
  return { limits: [first, ...(versus ? [typeof versus === 'string' ? first : versus] : [])], isSweep: false };
}

interface GatheredDrivers {
  /** The driver of the first pool, and that of the second: another one where --vs names it. */
  readonly drivers: readonly (PlayedDriver | undefined)[];
  readonly warnings: readonly Warning[];
}

async function gatherDrivers(read: ReadOption, workload: Workload): Promise<GatheredDrivers> {
  const asked = read(simulateFlags.driver);
  const second = read(simulateFlags.vs);
  const isDriver = typeof second?.value === 'string' && second.value !== 'recommended';
  if (!asked && !isDriver) return { drivers: [], warnings: [] };
  const { playDriver, unknownDriver } = await import('./driver.ts');
  const first = asked && (await playDriver(asked.value, asked.source, workload));
  const drivers = isDriver ? [first, await playDriver(`${second.value}`, second.source, workload)] : [first];
  return { drivers, warnings: drivers.flatMap((driver) => (driver ? unknownDriver(driver) : [])) };
}

function planPool({ connectionLimit, ...limits }: PoolLimits, driver: PlayedDriver | undefined): PlannedPool {
  const pool = { connections: connectionLimit, ...limits };
  if (!driver) return { played: pool };
  const { workload, ...told } = driver;
  const { lending, opening, connectMs } = told;
  return {
    played: { ...pool, hold: lawsOf(workload).law, ...withoutUndefined({ lending, opening, connectMs }) },
    driver: told,
  };
}

/** What `size` recommends for this load. */
function recommended(workload: Workload, instances: number): PoolLimits {
  const { connectionLimit, queueLimit, acquireTimeoutMs } = sizePool({ workload, fleet: { instances } });
  return { connectionLimit, queueLimit, acquireTimeoutMs };
}

function lawsOf(workload: Workload): HoldLaws {
  const laws = holdLaws(workload);
  if (laws) return laws;
  throw new PoolctlError('INPUT_MISSING', 'How long is a connection held?', { hint: 'Add --p95 300ms, or --mean.' });
}
