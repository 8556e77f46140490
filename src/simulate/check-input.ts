import { atLeast, positive, whole } from '../base/check-number.ts';
import { PoolctlError } from '../base/errors.ts';
import { maxDurationMs, maxRatePerSecond } from '../base/units.ts';
import type { ArrivalLaw, RecordedArrivals } from '../traffic/arrival-law.ts';
import type { Incident, SimulationInput } from './model.ts';

/** Simulated time may be long: a year. */
export const maxRunMs = 366 * 86_400_000;

/** Throws VALUE_INVALID for what cannot be simulated. */
export function checkSimulationInput(input: SimulationInput): void {
  const { warmupMs = 0, durationMs, retries, seed } = input;
  checkArrivals(input.arrivals);
  whole('pools', input.pools, 1);
  whole('connections', input.connections, 1);
  if (input.queueLimit !== Infinity) whole('queueLimit', input.queueLimit, 0);
  if (input.acquireTimeoutMs !== Infinity) positive('acquireTimeoutMs', input.acquireTimeoutMs, maxDurationMs);
  if (input.maxConnections !== Infinity) whole('maxConnections', input.maxConnections, 1);
  atLeast('connectMs', input.connectMs, 0, maxDurationMs);
  whole('retries.attempts', retries?.attempts, 0);
  atLeast('retries.pauseMs', retries?.pauseMs, 0, maxDurationMs);
  positive('deadlineMs', input.deadlineMs, maxDurationMs);
  positive('durationMs', durationMs, maxRunMs);
  if (!(warmupMs >= 0 && warmupMs < durationMs))
    invalid(`warmupMs is ${warmupMs}; it must be from 0 to below durationMs.`);
  if (!Number.isSafeInteger(seed)) invalid(`seed is ${seed}; it must be a whole number.`);
  whole('timelineSlices', input.timelineSlices, 0);
  for (const incident of input.incidents ?? []) checkIncident(incident);
}

function checkArrivals(law: ArrivalLaw): void {
  if (law.kind === 'trace') {
    const backwards = law.timesMs.findIndex((time, index) => !(time >= (law.timesMs[index - 1] ?? 0)));
    if (backwards >= 0) {
      invalid(`Arrival ${backwards + 1} of the trace is at ${law.timesMs[backwards]} ms, before the one ahead of it.`);
    }
    checkHolds(law);
    return;
  }
  positive('ratePerSecond', law.ratePerSecond, maxRatePerSecond);
  if (law.kind === 'batches') whole('size', law.size, 1);
  if (law.kind === 'bursty') {
    positive('factor', law.factor, maxRatePerSecond);
    positive('burstMs', law.burstMs, maxDurationMs);
    positive('quietMs', law.quietMs, maxDurationMs);
  }
}

function checkHolds({ timesMs, holdsMs, holdsFromWithin }: RecordedArrivals): void {
  whole('holdsFromWithin', holdsFromWithin, 0);
  if (!holdsMs) return;
  if (holdsMs.length !== timesMs.length)
    invalid(`The trace has ${timesMs.length} arrivals and ${holdsMs.length} holds; it must have one hold for each.`);
  const bad = holdsMs.findIndex((hold) => !(hold >= 0));
  if (bad >= 0) invalid(`Hold ${bad + 1} of the trace is ${holdsMs[bad]} ms; it must be 0 or more.`);
}

function checkIncident({ kind, fromMs, toMs, factor }: Incident): void {
  if (!(fromMs >= 0 && toMs > fromMs))
    invalid(`An incident from ${fromMs} to ${toMs} ms; it must end after it begins.`);
  const isFreeze = kind === 'slow-database' && factor === Infinity;
  if (!isFreeze && !(kind === 'more-load' && factor === 0)) positive(`factor of ${kind}`, factor, 1e6);
}

function invalid(message: string): never {
  throw new PoolctlError('VALUE_INVALID', message);
}
