import { figuresAt } from './assemble.ts';
import { askedOf, figureTotal, type InstanceFigures } from './figures.ts';
import type { AnswerRow } from './rows.ts';

/** The busiest of many stretches. */
export interface BusiestMoment {
  /** When it ended. */
  readonly seconds: number;
  readonly historySeconds: number;
}

/** By time in use where it is told, else by rate. Undefined for an answer without a number. */
export function busiestMoment(rows: readonly AnswerRow[]): BusiestMoment | undefined {
  const own = rows.filter(({ isHistory, tag }) => isHistory && tag !== 'window' && tag !== 'fleet');
  const [first] = own;
  if (!first) return undefined;
  const windowSeconds =
    rows.find(({ tag, isHistory }) => isHistory && tag === 'window')?.points[0]?.[1] ?? first.windowSeconds ?? 0;
  const moments = [...new Set(own.flatMap(({ points }) => points.map(([seconds]) => seconds)))].sort((a, b) => a - b);
  const loads = loadsOf(own);
  let [best, most] = [-1, -1];
  for (const seconds of moments) {
    const load = loads.get(seconds) ?? -1;
    if (load > most) [best, most] = [seconds, load];
  }
  const [from = 0, to = 0] = [moments[0], moments.at(-1)];
  return most < 0 ? undefined : { seconds: best, historySeconds: to - from + windowSeconds };
}

function loadsOf(rows: readonly AnswerRow[]): Map<number, number> {
  const used = rows.filter(({ tag }) => tag === 'use');
  const counted = rows.filter(({ tag }) => tag === 'uses' || tag === 'transactions');
  const asked = rows.filter(({ tag }) => tag === 'attempts' || tag === 'acquired');
  const [some = []] = [used, counted, asked].filter((list) => list.length > 0);
  const loads = new Map<number, number>();
  for (const { points } of some) {
    for (const [seconds, value] of points) {
      if (Number.isFinite(value)) loads.set(seconds, (loads.get(seconds) ?? 0) + value);
    }
  }
  return loads;
}

/** The sum of what each instance had in its own busiest hour. */
export function instancePeaksOf(
  rows: readonly AnswerRow[],
): { readonly ratePerSecond: number; readonly inUse?: number } | undefined {
  const own = rows.filter(({ isPeak, isHistory }) => isPeak && !isHistory);
  const seconds = own[0]?.points[0]?.[0];
  if (seconds === undefined) return undefined;
  const { instances } = figuresAt(own, seconds);
  const known = instances.filter((one) => askedOf(one) !== undefined);
  if (known.length === 0) return undefined;
  const used = figureTotal(known as readonly InstanceFigures[], 'useMs');
  return {
    ratePerSecond: known.reduce((sum, one) => sum + (askedOf(one) ?? 0), 0),
    ...(used !== undefined && { inUse: used / 1_000 }),
  };
}
