import { withoutUndefined } from '../base/without-undefined.ts';
import type { TargetLook } from './look.ts';
import type { WatchRates } from './state.ts';

/** What a server had counted at a look; `atMs` is of a clock that never goes back. */
export type Totals = Pick<TargetLook, 'openedTotal' | 'transactionsTotal' | 'refusedTotal'> & { readonly atMs: number };

const windowMs = 60_000;
/** PostgreSQL counts a transaction up to 10 s late, so a shorter window would lie. */
const leastForTransactionsMs = 60_000;
/** With short intervals, a part of the looks is enough. */
const leastBetweenMs = 1_000;

/** What is kept to tell rates by, with one look more. A counter that went back was reset: then they begin anew. */
export function withTotals(kept: readonly Totals[], look: TargetLook, atMs: number): readonly Totals[] {
  const { openedTotal, transactionsTotal, refusedTotal } = look;
  const latest: Totals = { atMs, ...withoutUndefined({ openedTotal, transactionsTotal, refusedTotal }) };
  const before = kept.at(-1);
  if (before && wentBack(before, latest)) return [latest];
  const isNew = before === undefined || kept.length < 2 || atMs - (kept.at(-2)?.atMs ?? 0) >= leastBetweenMs;
  const all = isNew ? [...kept, latest] : [...kept.slice(0, -1), latest];
  // One that is a minute old stays, so that the window is never shorter.
  const first = all.findLastIndex((one) => atMs - one.atMs >= windowMs);
  return all.slice(Math.max(0, first));
}

/** How often connections were opened and so on, between the first of these looks and the last. */
export function ratesOf(kept: readonly Totals[]): WatchRates | undefined {
  const [first, last] = [kept[0], kept.at(-1)];
  if (!first || !last || last.atMs <= first.atMs) return undefined;
  const seconds = (last.atMs - first.atMs) / 1_000;
  const counted = (name: keyof Totals) => {
    const [from, to] = [first[name], last[name]];
    return from === undefined || to === undefined ? undefined : to - from;
  };
  const perSecond = (count: number | undefined) =>
    count === undefined ? undefined : Math.round((count / seconds) * 1_000) / 1_000;
  const isLong = last.atMs - first.atMs >= leastForTransactionsMs;
  return {
    seconds: Math.round(seconds),
    ...withoutUndefined({
      openedPerSecond: perSecond(counted('openedTotal')),
      transactionsPerSecond: isLong ? perSecond(counted('transactionsTotal')) : undefined,
      refused: counted('refusedTotal'),
    }),
  };
}

function wentBack(before: Totals, latest: Totals): boolean {
  return (['openedTotal', 'transactionsTotal', 'refusedTotal'] as const).some(
    (name) => (latest[name] ?? 0) < (before[name] ?? 0),
  );
}
