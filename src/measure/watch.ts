import { setTimeout as sleep } from 'node:timers/promises';
import type { Meter, Reading, Sample } from '../engines/meter.ts';

export interface Watched {
  readonly readings: readonly Reading[];
  readonly samples: readonly Sample[];
  /** The error that ended the window early; the readings until then are kept. */
  readonly failure?: unknown;
}

export interface WatchOptions {
  readonly windowMs: number;
  readonly now: () => number;
  /** Ends the window early; what was seen until then counts. */
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void | Promise<void>;
}

/** Stretches that the window is cut into, for intervals; longer than the lag of the counters, where four of them are. */
const stretches = 12;
const samplesPerWindow = 240;
const longestPauseMs = 1_000;
/** Of a processor of the server: where many sessions make a look costly, looks are fewer. */
const mostOfServer = 0.0025;
const fewestSamples = 30;
/** Looks over which their cost is averaged. */
const averagedOver = 8;

/** Reads the counters at the start, between the stretches and at the end, and samples the sessions all the while. */
export async function watch(meter: Meter, { windowMs, now, signal, onProgress }: WatchOptions): Promise<Watched> {
  const readings: Reading[] = [];
  const samples: Sample[] = [];
  const shortestMs = Math.min(longestPauseMs, Math.max(2 * meter.facts.shortestPauseMs, windowMs / samplesPerWindow));
  let serverMs = 0;
  const stretchMs = Math.max(1_000, windowMs / stretches, Math.min(meter.facts.lagMs * 5, windowMs / 4));
  const start = now();
  let readAt = start;
  try {
    readings.push(await meter.reading());
    for (let at = now(); at - start < windowMs && !signal.aborted; at = now()) {
      await onProgress((at - start) / windowMs);
      const askedAt = now();
      const sample = await meter.sample();
      samples.push({ ...sample, tookMs: now() - askedAt });
      serverMs += ((sample.serverMs ?? 0) - serverMs) / Math.min(samples.length, averagedOver);
      // What is left of the window after a reading should be long enough for one more.
      if (now() - readAt >= stretchMs && windowMs - (now() - start) > stretchMs / 2) {
        readAt = now();
        readings.push(await meter.reading());
      }
      // Unevenly, so that the samples do not fall in step with periodic work.
      const pauseMs = Math.max(shortestMs, Math.min(serverMs / mostOfServer, windowMs / fewestSamples));
      await pause(Math.min(pauseMs * (0.5 + Math.random()), start + windowMs - now()), signal);
    }
    readings.push(await meter.reading());
    return { readings, samples };
  } catch (failure) {
    return { readings, samples, failure };
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal }).catch(() => {});
}
