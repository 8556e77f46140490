import { PoolctlError } from '../../base/errors.ts';
import { formatDuration, wholeMs } from '../../base/units.ts';

/** Comment lines for a language whose comments start with `mark`, or nothing. */
export function remarks(mark: '#' | ';' | '--' | '//', lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : lines.map((line) => `${mark} ${line}`).join('\n');
}

/**
 * Seconds where no part of one can be written.
 * @throws PoolctlError INPUT_CONTRADICTION rather than make 500 ms a second
 */
export function wholeSeconds(ms: number, title: string, setting: string): number {
  if (ms % 1_000 === 0) return ms / 1_000;
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `${title} takes whole seconds for the ${setting}, and ${formatDuration(ms)} is not.`,
    { hint: `Choose ${formatDuration(Math.ceil(ms / 1_000) * 1_000)}, or another number of seconds.` },
  );
}

/**
 * A time that a system takes only from `least` to `most` ms.
 * @throws PoolctlError INPUT_CONTRADICTION
 */
export function withinSetting(ms: number, least: number, most: number, title: string, setting: string): number {
  if (ms >= least && ms <= most) return wholeMs(ms);
  const isUnlimited = ms === 0;
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `${title} takes ${formatDuration(least)} to ${formatDuration(most)} for the ${setting}, and ${isUnlimited ? '0 (no limit)' : formatDuration(ms)} is not.`,
    { hint: `Choose ${formatDuration(isUnlimited || ms > most ? most : least)}, or another time in between.` },
  );
}
