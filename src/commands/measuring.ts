import { type Io, stopSignal } from '../base/io.ts';
import { formatDuration } from '../base/units.ts';
import type { Sourced } from '../cli/flag.ts';
import type { ReadOption } from '../cli/options.ts';
import { progressOn } from '../cli/progress.ts';
import { windowFlag } from '../cli/server-flags.ts';
import { readTarget } from '../cli/target.ts';
import { type Measured, measureServer } from '../measure/measure-server.ts';

/** Measures the server that the user means for the length of --window, with progress on stderr. */
export async function measureNamed(argument: Sourced<string> | undefined, read: ReadOption, io: Io): Promise<Measured> {
  const { target, timeoutMs, warnings } = await readTarget(argument, read, io);
  const windowMs = read(windowFlag.window).value;
  const progress = progressOn(io, `measuring ${target.address}`);
  const measured = await measureServer(target, {
    windowMs,
    timeoutMs,
    signal: stopSignal(io),
    now: io.now,
    onProgress: (share) =>
      progress.report(share, `, ${formatDuration(Math.ceil(((1 - share) * windowMs) / 1_000) * 1_000)} left`),
  }).finally(progress.end);
  return { ...measured, warnings: [...warnings, ...measured.warnings] };
}
