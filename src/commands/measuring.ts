import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { formatDuration, parseDurationMs } from '../base/units.ts';
import type { ReadOption, Sourced } from '../cli/options.ts';
import { progressOn } from '../cli/progress.ts';
import { readTarget } from '../cli/target.ts';
import { defaultWindowMs, type Measured, measureServer } from '../measure/measure-server.ts';

const shortestWindowMs = 2_000;

/** Measures the server that the user means for the length of --window, with progress on stderr. */
export async function measureNamed(argument: Sourced<string> | undefined, read: ReadOption, io: Io): Promise<Measured> {
  const { target, timeoutMs, warnings } = await readTarget(argument, read, io);
  const windowMs = read('window', parseWindow)?.value ?? defaultWindowMs;
  const progress = progressOn(io, `measuring ${target.address}`);
  const measured = await measureServer(target, {
    windowMs,
    timeoutMs,
    signal: io.interrupted,
    now: io.now,
    onProgress: (share) =>
      progress.report(share, `, ${formatDuration(Math.ceil(((1 - share) * windowMs) / 1_000) * 1_000)} left`),
  }).finally(progress.end);
  return { ...measured, warnings: [...warnings, ...measured.warnings] };
}

function parseWindow(text: string, source: string): number {
  const ms = parseDurationMs(text, source);
  if (ms >= shortestWindowMs) return ms;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is shorter than ${formatDuration(shortestWindowMs)}.`, {
    hint: 'Counters come up to a second late: write 60s.',
  });
}
