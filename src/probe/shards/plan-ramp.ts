import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatDuration } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { closedStep } from '../modes/mode.ts';
import { geometricSizes, givenSizes, roundOrder } from '../plan/sizes.ts';
import type { ProbeTask } from '../request.ts';
import type { PlannedStep } from './model.ts';
import { leadMsOf, openingMs, type PlannedSteps, type StepsWish } from './slots.ts';

/** Those of a ramp in one process, which has more to do with them: see planRamp. */
const firstWarmupMs = 1_500;
const warmupMs = 300;
/** Windows are whole seconds: results of shards are cut to those that all of them have. */
const secondMs = 1_000;
/** Larger pools are tried only where --sizes names them; four sizes there are with any number of shards. */
const mostConnections = 64;
const mostEach = 8;

type RampTask = ProbeTask & { readonly kind: 'ramp' };

/**
 * Sizes and rounds of a closed loop, without an early end, sizes around the knee or a proof: they would depend on what was
 * measured, which no shard knows of the others. @throws PoolctlError VALUE_INVALID, PROBE_REFUSED
 */
export function rampOfShards(wish: StepsWish, task: RampTask): PlannedSteps {
  const { request, shards } = wish;
  const sizes = task.sizes ? sizesGiven(task.sizes, wish) : usualSizes(wish);
  const workers = workersFor(sizes.at(-1) ?? shards, shards);
  const leadMs = leadMsOf(wish, sizes[0] ?? shards);
  const { rounds, stepMs } = roundsThatFit(wish, task, sizes, leadMs);
  const steps: PlannedStep[] = [];
  let startMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const size of roundOrder(sizes, round)) {
      const lengths = {
        durationMs: stepMs,
        warmupMs: request.warmupMs ?? (steps.length === 0 ? firstWarmupMs : warmupMs),
      };
      const step = closedStep(wish, { connectionLimit: size }, workers, lengths);
      steps.push({
        label: `round ${round + 1} of ${rounds}, ${formatCount(size, 'connection')}`,
        startMs,
        plan: { ...step, seed: request.seed + round },
      });
      startMs += lengths.warmupMs + stepMs + gapMs(wish, sizes);
    }
  }
  const { tps } = task;
  const arrivals = tps === undefined ? undefined : request.arrivals.at(tps);
  const burst = arrivals?.kind === 'bursty' ? arrivals : undefined;
  return { question: { kind: 'ramp', rounds, workers, ...withoutUndefined({ tps, burst }) }, steps, leadMs };
}

/** Every shard has the same pool in each step: 1, 2, 4 … connections, and what is allowed. */
function usualSizes({ shards, allowed }: StepsWish): number[] {
  const most = Math.min(allowed, Math.max(mostConnections, mostEach * shards));
  return geometricSizes(Math.floor(most / shards)).map((each) => each * shards);
}

function sizesGiven(given: readonly number[], { shards, allowed }: StepsWish): number[] {
  const sizes = givenSizes(given, allowed);
  const small = sizes.filter((size) => size < shards);
  if (small.length === 0) return sizes;
  throw new PoolctlError(
    'VALUE_INVALID',
    `--sizes ${small.join(',')}: fewer connections than the ${shards} shards, some of which would have none.`,
    { hint: `Sizes are of all shards together: give ${shards} or more, best multiples of it.` },
  );
}

/** As in one process, for the part that each shard has of the largest size: all have as many that wait. */
function workersFor(largest: number, shards: number): number {
  const part = Math.ceil(largest / shards);
  return shards * (part + Math.max(2, Math.ceil(part / 4)));
}

function gapMs({ drainMs, shards }: StepsWish, sizes: readonly number[]): number {
  return drainMs + openingMs(sizes.at(-1) ?? shards, shards);
}

/** As many rounds as the time allows, unless their number was asked for. */
function roundsThatFit(
  wish: StepsWish,
  { rounds, areRoundsFixed = false }: RampTask,
  sizes: readonly number[],
  leadMs: number,
): { readonly rounds: number; readonly stepMs: number } {
  const { request } = wish;
  for (let fewer = rounds; ; fewer -= 1) {
    const count = sizes.length * fewer;
    const warmupsMs =
      request.warmupMs === undefined ? firstWarmupMs + (count - 1) * warmupMs : count * request.warmupMs;
    const besideMs = leadMs + warmupsMs + count * gapMs(wish, sizes);
    const stepMs = secondMs * Math.floor((request.durationMs - besideMs) / count / secondMs);
    if (stepMs >= secondMs) return { rounds: fewer, stepMs };
    if (areRoundsFixed || fewer === 1) refuseHaste(besideMs + count * secondMs, request.durationMs, sizes, fewer);
  }
}

function refuseHaste(neededMs: number, durationMs: number, sizes: readonly number[], rounds: number): never {
  const seconds = Math.ceil(neededMs / secondMs);
  throw new PoolctlError(
    'VALUE_INVALID',
    `${formatDuration(durationMs)} are too short for ${formatCount(sizes.length, 'size')} in ${formatCount(rounds, 'round')}: with the pools opened and closed between steps of a second they take ${seconds} s at least.`,
    {
      hint: `Give --duration ${seconds}s or more, or fewer sizes${rounds > 1 ? ', or try each once with --quick' : ''}.`,
    },
  );
}
