import type { Io } from '../../base/io.ts';
import { formatDuration } from '../../base/units.ts';

/** The time of each rule and part of the run, the longest first, on stderr: no format leaves it out. */
export function printStats(takenMs: ReadonlyMap<string, number>, { stderr, errors = stderr }: Io): void {
  const rows = [...takenMs].sort(([, a], [, b]) => b - a).map(([what, ms]) => [what, formatDuration(ms)] as const);
  const width = Math.max(...rows.map(([what]) => what.length));
  errors.write(rows.map(([what, time]) => `${what.padEnd(width)}  ${time}\n`).join(''));
}
