import { setTimeout as sleep } from 'node:timers/promises';
import { RandomStream } from '../../src/traffic/random.ts';
import type { ProbeDocument } from './probe.ts';
import type { OwnServer } from './servers/own-server.ts';

const hold = ['--hold', '20ms', '--json'] as const;
/** Flags of the probes that a server is frozen under. */
export const freezeModes = {
  ramp: [...hold, '--sizes', '2,4,8', '--quick', '--duration', '8s'],
  load: [...hold, '--connection-limit', '8', '--concurrency', '8', '--duration', '4s'],
} as const;

export type FreezeMode = keyof typeof freezeModes;

export interface Freeze {
  readonly mode: FreezeMode;
  readonly atMs: number;
  readonly forMs: number;
}

/** Moments by a seed. Every second freeze is short enough to be waited for. */
export function freezePlan(runs: number, seed: number, longestMs: number): Freeze[] {
  const random = new RandomStream(seed, 0);
  return Array.from({ length: runs }, (_, index) => {
    const forMs = index % 2 === 0 ? 700 + 800 * random.uniform() : 1_500 + (longestMs - 1_500) * random.uniform();
    return {
      mode: index % 3 === 2 ? 'load' : 'ramp',
      atMs: Math.round(300 + 4_000 * random.uniform()),
      forMs: Math.round(forMs),
    };
  });
}

/** Stops the server after a while, and lets it go on. */
export async function freeze(server: OwnServer, { atMs, forMs }: Freeze): Promise<void> {
  await sleep(atMs);
  server.signal('SIGSTOP');
  await sleep(forMs);
  server.signal('SIGCONT');
}

/** What a probe made of a freeze; `quietPerSecond`: what the load does without one. */
export function outcomeOfFreeze(document: ProbeDocument, quietPerSecond: number): string {
  const { result, warnings, error } = document;
  // Before there was anything to measure.
  if (error)
    return ['PROBE_STOPPED', 'SERVER_SILENT', 'CONNECTION_LOST'].includes(error.code)
      ? error.code
      : `NOT: ${error.code}`;
  if (result.finished === 'stopped') {
    return result.recommendation === undefined ? 'stopped' : 'NOT: stopped, and a size is recommended all the same';
  }
  if (warnings.some(({ code }) => code === 'SERVER_STOOD_STILL')) return 'SERVER_STOOD_STILL';
  return isUndisturbed(document, quietPerSecond) ? 'undisturbed' : 'NOT: disturbed, and not noticed';
}

/** Twice the connections do twice as much; other work on the machine slows all sizes alike. A load is held against a quiet one. */
function isUndisturbed({ result: { ramp, runs } }: ProbeDocument, quietPerSecond: number): boolean {
  if (!ramp) return (runs[0]?.throughputPerSecond.value ?? 0) > 0.88 * quietPerSecond;
  const rates = new Map(ramp.levels.map((level) => [level.connectionLimit, level.throughputPerSecond.value]));
  const [two = 0, four = 0, eight = 0] = [2, 4, 8].map((size) => rates.get(size));
  return [four / two, eight / four].every((ratio) => ratio > 1.6 && ratio < 2.4);
}
