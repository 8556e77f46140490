import { checkLevels, checkPositive, type UslPoint } from './usl-points.ts';

/** One step of a load ramp. Weights play no part here. */
export interface KneePoint extends UslPoint {
  /** As measured, queueing included; N/X, by Little's law, when not given. */
  readonly responseTimeMs?: number;
}

/** Where more at once stops paying, as a concurrency: four definitions, of which none is right for every curve. */
export interface Knee {
  /** The smallest of the four: the answer to size by. */
  readonly concurrency: number;
  /** Farthest above the straight line from first to last level. Undefined when the curve hardly leaves that line. */
  readonly kneedle: number | undefined;
  /** Most throughput per response time, one of the levels (Kleinrock's power). */
  readonly power: number;
  /** Where two straight lines meet. Undefined unless the second climbs less than half as steeply as the first. */
  readonly twoLines: number | undefined;
  /** Best throughput times shortest response time: where the line of no queueing meets the ceiling. */
  readonly asymptotic: number;
  /** The largest of the four over the smallest, 1 or more. */
  readonly spread: number;
  /** The definitions differ by more than 2 times: the ramp is too coarse or too noisy to tell. */
  readonly isDoubtful: boolean;
  /** Power is highest at the highest level: the knee, if there is one, lies beyond the ramp. */
  readonly isBeyondRamp: boolean;
}

/** Finds the knee of a ramp of four levels or more, in any order. Repeats of a level are averaged. */
export function findKnee(points: readonly KneePoint[]): Knee {
  const levels = toLevels(points);
  const lines = levels.map(({ concurrency, throughputPerSecond }) => ({ x: concurrency, y: throughputPerSecond }));
  const found = {
    kneedle: findKneedle(lines),
    power: maximumPower(levels),
    twoLines: meetingPoint(lines),
    asymptotic:
      Math.max(...levels.map(({ throughputPerSecond }) => throughputPerSecond)) *
      Math.min(...levels.map(({ responseTimeMs }) => responseTimeMs / 1_000)),
  };
  const known = Object.values(found).filter((value) => value !== undefined);
  const concurrency = Math.min(...known);
  const spread = Math.max(...known) / concurrency;
  const isBeyondRamp = found.power === levels.at(-1)?.concurrency;
  return { concurrency, ...found, spread, isDoubtful: spread > 2, isBeyondRamp };
}

interface Level {
  readonly concurrency: number;
  readonly throughputPerSecond: number;
  readonly responseTimeMs: number;
}

function toLevels(points: readonly KneePoint[]): Level[] {
  checkLevels(points, 4);
  const byLevel = new Map<number, KneePoint[]>();
  for (const [index, point] of points.entries()) {
    if (point.responseTimeMs !== undefined) {
      checkPositive(
        `responseTimeMs of point ${index + 1}`,
        point.responseTimeMs,
        'Leave out times that were not measured.',
      );
    }
    byLevel.set(point.concurrency, [...(byLevel.get(point.concurrency) ?? []), point]);
  }
  return [...byLevel]
    .sort(([left], [right]) => left - right)
    .map(([concurrency, repeats]) => ({
      concurrency,
      throughputPerSecond: mean(repeats.map(({ throughputPerSecond }) => throughputPerSecond)),
      responseTimeMs: mean(
        repeats.map(
          ({ responseTimeMs, throughputPerSecond }) => responseTimeMs ?? (1_000 * concurrency) / throughputPerSecond,
        ),
      ),
    }));
}

/** X/R at its highest, the lower level of two alike. Source: Kleinrock, ICC 1979, "Power and deterministic rules of thumb". */
function maximumPower(levels: readonly Level[]): number {
  const powers = levels.map(({ throughputPerSecond, responseTimeMs }) => throughputPerSecond / responseTimeMs);
  return levels[powers.indexOf(Math.max(...powers))]?.concurrency ?? Number.NaN;
}

export interface XY {
  readonly x: number;
  readonly y: number;
}

/** How a curve runs and bends: that of throughput rises and is concave. */
export interface CurveShape {
  readonly direction: 'rising' | 'falling';
  readonly bend: 'concave' | 'convex';
}

/**
 * Kneedle: with both axes brought to 0..1, the first local maximum of the distance from the diagonal after which the
 * distance falls by `sensitivity` mean steps of x. `points` in order of x; no smoothing. Undefined when there is none.
 * Source: Satopää, Albrecht, Irwin and Raghavan, "Finding a Kneedle in a Haystack" (2011), with their sensitivity of 1.
 */
export function findKneedle(
  points: readonly XY[],
  { direction, bend }: CurveShape = { direction: 'rising', bend: 'concave' },
  sensitivity = 1,
): number | undefined {
  const xs = toUnit(points.map(({ x }) => x));
  const ys = toUnit(points.map(({ y }) => y));
  const above = ys.map((y, index) => (direction === 'rising' ? y - (xs[index] ?? 0) : y + (xs[index] ?? 0) - 1));
  const distances = bend === 'concave' ? above : above.map((distance) => -distance);
  const step = 1 / (points.length - 1);

  let candidate: { readonly x: number; readonly threshold: number } | undefined;
  for (const [index, distance] of distances.entries()) {
    if (candidate && distance < candidate.threshold) return candidate.x;
    const [before, after] = [distances[index - 1], distances[index + 1]];
    const x = points[index]?.x;
    if (before === undefined || after === undefined || x === undefined) continue;
    if (distance > before && distance >= after) candidate = { x, threshold: distance - sensitivity * step };
  }
  return undefined;
}

function toUnit(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const range = Math.max(...values) - least || 1;
  return values.map((value) => (value - least) / range);
}

/**
 * Where the two joined lines of least squares meet. The best joint is a measured x, or the crossing of the lines fitted to
 * the points on either side of a gap, if that lies in the gap. Source: Hudson, J. Amer. Statist. Assoc. 61 (1966).
 */
function meetingPoint(points: readonly XY[]): number | undefined {
  const joints = points.slice(1, -1).flatMap(({ x }, index) => {
    const after = points[index + 2];
    const crossing = crossingOf(lineThrough(points.slice(0, index + 2)), lineThrough(points.slice(index + 2)));
    return after && index + 3 < points.length && crossing > x && crossing < after.x ? [x, crossing] : [x];
  });
  const fits = joints.map((joint) => fitJoined(points, joint));
  const best = fits.reduce((left, right) => (right.squares < left.squares ? right : left));
  return best.slopeBefore > 0 && best.slopeAfter < best.slopeBefore / 2 ? best.joint : undefined;
}

interface Line {
  readonly intercept: number;
  readonly slope: number;
}

function lineThrough(points: readonly XY[]): Line {
  const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const across = sum(points.map(({ x }) => (x - meanX) ** 2));
  const slope = across === 0 ? 0 : sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / across;
  return { intercept: meanY - slope * meanX, slope };
}

function crossingOf(left: Line, right: Line): number {
  return (right.intercept - left.intercept) / (left.slope - right.slope);
}

/** Least squares of y on x and max(0, x - joint), the second cleared of the first. */
function fitJoined(points: readonly XY[], joint: number) {
  const bends = points.map(({ x }) => ({ x, y: Math.max(0, x - joint) }));
  const [trend, bendTrend] = [lineThrough(points), lineThrough(bends)];
  const rest = restOf(points, trend);
  const bendRest = restOf(bends, bendTrend);
  const bend = sum(rest.map((value, index) => value * (bendRest[index] ?? 0))) / sum(bendRest.map((v) => v * v));
  const slopeBefore = trend.slope - bend * bendTrend.slope;
  const squares = sum(rest.map((value, index) => (value - bend * (bendRest[index] ?? 0)) ** 2));
  return { joint, squares, slopeBefore, slopeAfter: slopeBefore + bend };
}

function restOf(points: readonly XY[], { intercept, slope }: Line): number[] {
  return points.map(({ x, y }) => y - intercept - slope * x);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
