import type { Format } from '../base/units.ts';
import type { Estimate } from './estimate.ts';

/**
 * `420/s ± 12/s`; both bounds where one lies much nearer, as at 0; the value alone where one run is all there is, or the
 * interval is narrower than can be read.
 */
export function intervalText({ value, low, high }: Estimate, format: Format): string {
  const [below, above] = [value - low, high - value];
  const half = Math.max(below, above);
  if (!Number.isFinite(half) || half <= Math.abs(value) * 0.005) return format(value);
  if (Math.min(below, above) < 0.8 * half) return `${format(value)} (${format(low)} to ${format(high)})`;
  return `${format(value)} ± ${format(half)}`;
}
