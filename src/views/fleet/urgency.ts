import type { ServerAnswer } from '../../budget/answer.ts';
import type { FleetService } from './result.ts';

/** A server with less than this share of it left is shown with those that are over. */
const tightShare = 0.1;
/** A fleet of no more servers is shown as a whole, and a server with no more services. */
const [fewServers, fewServices] = [6, 12] as const;
/** Where all fit: the closest of them. */
const leastShown = 3;

export type Urgency = 'over' | 'unknown' | 'tight' | 'fine';

export function urgencyOf({ fits, usable, left }: ServerAnswer): Urgency {
  if (fits === 'no') return 'over';
  if (fits !== 'yes' || usable === undefined || left === undefined) return 'unknown';
  return left < usable * tightShare ? 'tight' : 'fine';
}

const ranks: Readonly<Record<Urgency, number>> = { over: 0, unknown: 1, tight: 2, fine: 3 };

/** Those that are over first, then what may be, then by the share that is left. */
export function byUrgency(servers: readonly ServerAnswer[]): readonly ServerAnswer[] {
  const share = ({ left = 0, usable = 0 }: ServerAnswer) => left / Math.max(1, usable);
  return [...servers].sort((a, b) => ranks[urgencyOf(a)] - ranks[urgencyOf(b)] || share(a) - share(b));
}

export interface Folded<T> {
  readonly shown: readonly T[];
  readonly folded: readonly T[];
}

/** The servers to look at; of a large fleet, those that fit are folded. */
export function foldServers(servers: readonly ServerAnswer[], isAll: boolean): Folded<ServerAnswer> {
  const sorted = byUrgency(servers);
  if (isAll || sorted.length <= fewServers) return { shown: sorted, folded: [] };
  const urgent = sorted.filter((server) => urgencyOf(server) !== 'fine').length;
  return cut(sorted, Math.max(leastShown, urgent));
}

/** The services of a server, those that take most first; the rest of many is folded. */
export function foldServices(services: readonly FleetService[], isAll: boolean): Folded<FleetService> {
  const sorted = [...services].sort((a, b) => b.worst.connections - a.worst.connections);
  return isAll || sorted.length <= fewServices ? { shown: sorted, folded: [] } : cut(sorted, fewServices - 2);
}

function cut<T>(sorted: readonly T[], count: number): Folded<T> {
  return { shown: sorted.slice(0, count), folded: sorted.slice(count) };
}
