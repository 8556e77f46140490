import { groupBy } from '../../../base/group-by.ts';
import type { ServerAnswer } from '../../../budget/answer.ts';

/** Colours of the style sheet; what has none is grey. */
const colourCount = 6;

/**
 * A colour for the services that take most, the same on every server, and on no server twice. Greedy: the largest choose
 * first.
 */
export function coloursOf(servers: readonly ServerAnswer[]): ReadonlyMap<string, number> {
  const places = groupBy(
    servers.flatMap(({ name: server, shares }) => shares.map(({ service, worst }) => ({ service, server, worst }))),
    ({ service }) => service,
  );
  const total = (service: string) => (places.get(service) ?? []).reduce((sum, { worst }) => sum + worst.connections, 0);
  const taken = new Map(servers.map(({ name }) => [name, new Set<number>()]));
  const colours = new Map<string, number>();
  for (const [service, rows] of [...places].sort(([a], [b]) => total(b) - total(a))) {
    const used = rows.map(({ server }) => taken.get(server));
    const free = Array.from({ length: colourCount }, (_, colour) => colour).find(
      (colour) => !used.some((set) => set?.has(colour)),
    );
    if (free === undefined) continue;
    colours.set(service, free);
    for (const set of used) set?.add(free);
  }
  return colours;
}
