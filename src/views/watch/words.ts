import { formatDuration, formatNumber } from '../../base/units.ts';
import type { GroupedSessions } from '../../watch/grouping.ts';
import type { Capacity } from '../../watch/look.ts';
import type { Growth } from '../../watch/state.ts';

/** `22/27 usable (30 max, 3 reserved)`. */
export function capacityText(taken: number, { usable, max, reserved, lowered }: Capacity): string {
  const rest = [
    ...(max === usable ? [] : [`${formatNumber(max)} max`]),
    ...(reserved === 0 ? [] : [`${formatNumber(reserved)} reserved`]),
    ...(lowered ? [`by ${lowered.by}`] : []),
  ];
  return `${formatNumber(taken)}/${formatNumber(usable)} usable${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`;
}

/** `growing by 3 a minute: full in about 6 min at this rate`; undefined where the growth is not sure. */
export function growthText({ perMinute, fullInSeconds }: Growth): string | undefined {
  if (fullInSeconds === undefined) return undefined;
  return `growing by ${formatNumber(Number(perMinute.toPrecision(2)))} a minute: full in about ${roughly(fullInSeconds)} at this rate`;
}

/** The applications that hold most, each once, whatever else its groups differ in; the user where there is no name. */
export function largestHolders(
  groups: readonly GroupedSessions[],
  most: number,
): readonly (readonly [name: string, connections: number])[] {
  const sums = new Map<string, number>();
  for (const { application, user, connections } of groups) {
    const name = application || user || '?';
    sums.set(name, (sums.get(name) ?? 0) + connections);
  }
  return [...sums].sort(([, one], [, other]) => other - one).slice(0, most);
}

/** Two digits are as many as a guess deserves. */
function roughly(seconds: number): string {
  return formatDuration(Number((seconds * 1_000).toPrecision(seconds < 120 ? 1 : 2)));
}
