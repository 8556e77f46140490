import { queueQuantile, queueTail } from '../../queueing/deadline.ts';
import { holdDistribution } from '../../queueing/distribution.ts';
import { latticeCells, roughCells } from '../../queueing/lattice-wait.ts';
import type { PoolModel } from '../../queueing/pool-model.ts';
import { predictPool } from '../../queueing/predict.ts';
import { type WaitDistribution, waitDistribution } from '../../queueing/wait.ts';
import { targetsOf } from '../../size/outlook.ts';
import { queueLimitFor } from '../../size/rounding.ts';
import { formulaRule } from '../../size/rule.ts';
import { candidate } from '../../size/settings.ts';
import type { KnownLoad } from './known-load.ts';

/** What a pool waits, in ms, where no queue limit refuses a request and the acquire timeout alone ends a wait. */
export interface PoolWaits {
  readonly meanMs: number;
  readonly p99Ms: number;
}

/** What goes with a number of connections. */
export interface SettingsAtSize {
  readonly queueLimit: number;
  readonly acquireTimeoutMs: number;
  readonly now: PoolWaits;
  readonly after: PoolWaits;
}

const { acquireTimeoutMs, queueRatio } = formulaRule;

/** Above this share of the connections in use the acquire timeout may end waits; below, a prediction without it is as good. */
const nearlyFull = 0.9;

/** Settings by load and size, each worked out once. */
export class SettingsByLoad {
  readonly #known = new Map<string, SettingsAtSize>();

  of(load: KnownLoad, connections: number): SettingsAtSize {
    const key = `${load.id} ${connections}`;
    const found = this.#known.get(key) ?? settingsAt(load, connections);
    this.#known.set(key, found);
    return found;
  }
}

/** As `sizePool` answers with `fixed.connectionLimit`, and what one more connection would change. */
function settingsAt(load: KnownLoad, connections: number): SettingsAtSize {
  const wait = roomyWait(load, connections);
  return {
    queueLimit: queueLimitOf(load, connections, wait),
    acquireTimeoutMs,
    now: waitsAt(load, connections, wait),
    after: waitsAt(load, connections + 1, roomyWait(load, connections + 1)),
  };
}

/** The wait without limits; undefined where a limit may matter, or no connection is left for requests. */
function roomyWait({ modelAt, laws }: KnownLoad, connections: number): WaitDistribution | undefined {
  const pool = modelAt(connections);
  if (pool.connections < 1 || utilizationOf(pool) > nearlyFull) return undefined;
  return waitDistribution(pool, laws.fit.isAssumed ? roughCells : latticeCells);
}

function utilizationOf({ arrivalRatePerSecond, hold, connections }: PoolModel): number {
  return ((arrivalRatePerSecond / 1_000) * holdDistribution(hold).meanMs) / connections;
}

function waitsAt(load: KnownLoad, connections: number, wait: WaitDistribution | undefined): PoolWaits {
  if (wait) return { meanMs: wait.meanMs, p99Ms: wait.quantile(0.99) };
  const pool = load.modelAt(connections);
  if (pool.connections < 1) return { meanMs: acquireTimeoutMs, p99Ms: acquireTimeoutMs };
  const { meanWaitMs = 0, p99WaitMs = 0, timedOutRatio } = predictPool({ ...pool, acquireTimeoutMs });
  // Who gives up has waited for the whole of the timeout.
  return {
    meanMs: meanWaitMs * (1 - timedOutRatio) + acquireTimeoutMs * timedOutRatio,
    p99Ms: timedOutRatio > 0.01 ? acquireTimeoutMs : p99WaitMs,
  };
}

/** The rule's queue, or the shortest that refuses no more than the targets allow. */
function queueLimitOf(
  { input, laws, load, modelAt }: KnownLoad,
  size: number,
  wait: WaitDistribution | undefined,
): number {
  const pool = modelAt(size);
  const targets = targetsOf(input, laws);
  if (!wait || load.retries) {
    const sources = { input, laws, targets, rule: formulaRule, bears: [laws.law], load };
    return candidate(size, sources).settings.queueLimit;
  }
  const { maxLossRatio } = targets;
  const byRule = queueLimitFor(pool.connections, queueRatio);
  const queue = queueOf(pool, wait);
  const longer = queue.longerThan(byRule);
  if (longer <= maxLossRatio) return byRule;
  // Of those that find the queue as long where it has no limit, 1 - utilization and more are refused where it has.
  const isRefusing =
    longer * (1 - utilizationOf(pool)) > 2 * maxLossRatio ||
    predictPool({ ...pool, queueLimit: byRule, acquireTimeoutMs }).rejectedRatio > maxLossRatio;
  return isRefusing ? Math.max(byRule, queue.leastFor(maxLossRatio)) : byRule;
}

/** How many wait where no limit is: the share of the requests that finds as many or more, and the fewest that a share does. */
function queueOf(pool: PoolModel, wait: WaitDistribution) {
  if (pool.hold.kind === 'exponential' && !wait.queueTail && (pool.peakedness ?? 1) === 1) {
    const { waitProbability } = wait;
    const logUtilization = Math.log(utilizationOf(pool));
    return {
      longerThan: (places: number) => waitProbability * Math.exp(places * logUtilization),
      leastFor: (share: number) =>
        waitProbability <= share ? 0 : Math.ceil(Math.log(share / waitProbability) / logUtilization - 1e-9),
    };
  }
  const arrivalsPerMs = pool.arrivalRatePerSecond / 1_000;
  return {
    longerThan: (places: number) => queueTail(wait, arrivalsPerMs, places),
    leastFor: (share: number) => queueQuantile(wait, arrivalsPerMs, 1 - share),
  };
}
