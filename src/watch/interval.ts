import { PoolctlError } from '../base/errors.ts';
import { formatDuration, parseDurationMs } from '../base/units.ts';

const shortestMs = 100;

/** From one look to the next, in ms. @throws PoolctlError VALUE_INVALID where it is no time, or shorter than 100 ms */
export function parseIntervalMs(text: string, source: string): number {
  const ms = parseDurationMs(text, source);
  if (ms >= shortestMs) return ms;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is shorter than ${formatDuration(shortestMs)}.`, {
    hint: 'A server with 250 sessions takes some 5 ms for each look: write 2s.',
  });
}
