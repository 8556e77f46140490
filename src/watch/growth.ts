import { medianOf } from './median.ts';
import type { Growth } from './state.ts';

/** Taken connections at a time of a clock that never goes back. */
export interface GrowthPoint {
  readonly atMs: number;
  readonly taken: number;
}

const minuteMs = 60_000;
/** The shortest that shows sure growth is the one: what began a minute ago is not diluted by what was before. */
const windowsMs = [minuteMs, 2 * minuteMs, 5 * minuteMs, 15 * minuteMs];
const longestMs = 15 * minuteMs;
/** Over which the rate is told where nothing grows surely. */
const usualMs = 5 * minuteMs;
/** More often than twice a second, the oldest go. */
const mostPoints = 2_000;

/** A window falls into so many stretches, and each has to lie above the one before. */
const stretches = 6;
const fewestPoints = 2 * stretches;
/** A burst rises in one or two stretches; growth rises in all of them. */
const mostOfOne = 0.5;
/** Connections; fewer come and go. */
const leastRise = 3;
/** Times the usual distance from the line, so that noise is no growth. */
const noiseTimes = 4;
/** So many times the window is as far ahead as it can be seen. */
const mostAhead = 20;

/** The points that are kept, with one more. */
export function withGrowthPoint(points: readonly GrowthPoint[], point: GrowthPoint): readonly GrowthPoint[] {
  const kept = points.filter(({ atMs }) => point.atMs - atMs <= longestMs);
  return [...kept.slice(1 - mostPoints), point];
}

/**
 * How fast the taken connections grow: the median of the slopes between stretches of the last minutes (Theil 1950, Sen 1968),
 * which a spike does not move. When they will all be taken is told where the growth is sure: each stretch above the one before,
 * none with most of the rise, far above the noise, and above all that was seen before. undefined before the first minute is over.
 */
export function growthOf(points: readonly GrowthPoint[], usable: number): Growth | undefined {
  const sure = windowsMs.map((windowMs) => lineOver(points, windowMs)).find((line) => line?.isSure);
  const line = sure ?? lineOver(points, usualMs) ?? lineOver(points, 2 * minuteMs) ?? lineOver(points, minuteMs);
  if (!line) return undefined;
  const { perMs, windowMs } = line;
  const growth = { perMinute: Math.round(perMs * minuteMs * 100) / 100, seconds: windowMs / 1_000 };
  const free = usable - (points.at(-1)?.taken ?? 0);
  const fullInMs = free / perMs;
  if (!sure || free <= 0 || fullInMs > mostAhead * windowMs) return growth;
  return { ...growth, fullInSeconds: Math.round(fullInMs / 1_000) };
}

interface Line {
  readonly windowMs: number;
  readonly perMs: number;
  readonly isSure: boolean;
}

function lineOver(points: readonly GrowthPoint[], windowMs: number): Line | undefined {
  const nowMs = points.at(-1)?.atMs ?? 0;
  const startMs = nowMs - windowMs;
  const first = points.findIndex(({ atMs }) => atMs >= startMs);
  const seen = points.slice(first);
  const lengthMs = windowMs / stretches;
  // The first look of a minute ago is never exactly a minute old.
  const from = points[Math.max(0, first - 1)]?.atMs ?? nowMs;
  if (seen.length < fewestPoints || from > startMs + lengthMs / 2) return undefined;
  const parts = Array.from({ length: stretches }, (_, index) => {
    const isLast = index === stretches - 1;
    const until = startMs + (index + 1) * lengthMs;
    return seen.filter(({ atMs }) => atMs >= until - lengthMs && (isLast || atMs < until));
  });
  if (parts.some((part) => part.length === 0)) return undefined;
  const levels = parts.map((part) => medianOf(part.map(({ taken }) => taken)));
  const perMs = medianSlope(levels) / lengthMs;
  const before = points.slice(0, Math.max(0, first));
  return { windowMs, perMs, isSure: isSure(levels, seen, perMs, before) };
}

function medianSlope(levels: readonly number[]): number {
  return medianOf(
    levels.flatMap((level, from) => levels.slice(from + 1).map((later, more) => (later - level) / (more + 1))),
  );
}

function isSure(
  levels: readonly number[],
  seen: readonly GrowthPoint[],
  perMs: number,
  before: readonly GrowthPoint[],
): boolean {
  const steps = levels.slice(1).map((level, index) => level - (levels[index] ?? 0));
  const rise = steps.reduce((sum, step) => sum + step, 0);
  if (rise < leastRise || steps.some((step) => step <= 0) || Math.max(...steps) > mostOfOne * rise) return false;
  const offsets = seen.map(({ atMs, taken }) => taken - perMs * (atMs - (seen[0]?.atMs ?? 0)));
  const middle = medianOf(offsets);
  const noise = medianOf(offsets.map((offset) => Math.abs(offset - middle)));
  if (rise < noiseTimes * noise) return false;
  return before.every(({ taken }) => taken < (levels.at(-1) ?? 0));
}
