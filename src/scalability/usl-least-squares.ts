/** A measured pair and how much it counts: x is the concurrency, y the throughput in operations a second. */
export interface UslSample {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** A curve of three parameters: its value at x, and the derivative of that by each parameter. */
export type Model = (parameters: Triple, x: number) => { readonly height: number; readonly slopes: Triple };

export type Triple = readonly [number, number, number];

/** Where each parameter may be. Equal ends hold it where it is. */
export interface Bounds {
  readonly low: Triple;
  readonly high: Triple;
}

export interface LeastSquares {
  readonly parameters: Triple;
  /** Weighted sum of squared residuals. */
  readonly squares: number;
  /** Inverse of J'WJ over the parameters that are inside their bounds; 0 in the rows and columns of the others. */
  readonly inverse: readonly [Triple, Triple, Triple];
  readonly isFree: readonly [boolean, boolean, boolean];
}

/**
 * Least squares by Levenberg-Marquardt with each parameter scaled by its own curvature. Bounds are kept by an active set:
 * a parameter at its bound whose slope points outward is held, the rest are fitted without it, and it is let go when the
 * slope turns. Source: Marquardt, J. SIAM 11 (1963).
 */
export function fitLeastSquares(
  model: Model,
  samples: readonly UslSample[],
  start: Triple,
  bounds: Bounds,
): LeastSquares {
  let parameters = clamp(start, bounds);
  let here = normalEquations(model, samples, parameters);
  let damping = 1e-3;
  for (let round = 0; round < 200; round += 1) {
    const held = heldAtBound(parameters, here.downhill, bounds);
    const trial = clamp(add(parameters, solve(here.matrix, here.downhill, held, damping)), bounds);
    const there = normalEquations(model, samples, trial);
    const isShort = shiftOf(parameters, trial, here.matrix) <= 1e-14 * here.size;
    if (there.squares <= here.squares * (1 + rounding)) {
      [parameters, here] = [trial, there];
      damping = Math.max(damping / 10, 1e-12);
    } else {
      damping *= 10;
    }
    if (isShort) break;
  }
  const held = heldAtBound(parameters, here.downhill, bounds);
  return {
    parameters,
    squares: here.squares,
    inverse: triple((i) =>
      solve(
        here.matrix,
        triple((k) => (k === i ? 1 : 0)),
        held,
        0,
      ),
    ),
    isFree: triple((i) => !held[i]),
  };
}

/** So near to the least sum of squares the sum is blind, but a step still brings the parameters closer. */
const rounding = 1e-12;

type Index = 0 | 1 | 2;
type Matrix = readonly [Triple, Triple, Triple];
type Held = readonly [boolean, boolean, boolean];

function triple<T>(at: (index: Index) => T): [T, T, T] {
  return [at(0), at(1), at(2)];
}

function add(left: Triple, right: Triple): Triple {
  return triple((i) => left[i] + right[i]);
}

function clamp(parameters: Triple, { low, high }: Bounds): Triple {
  return triple((i) => Math.min(Math.max(parameters[i], low[i]), high[i]));
}

function heldAtBound(parameters: Triple, downhill: Triple, { low, high }: Bounds): Held {
  return triple(
    (i) =>
      low[i] === high[i] ||
      (parameters[i] === low[i] && downhill[i] <= 0) ||
      (parameters[i] === high[i] && downhill[i] >= 0),
  );
}

/** How far, in all, the curve moves at the samples when each parameter goes from `from` to `to`. */
function shiftOf(from: Triple, to: Triple, matrix: Matrix): number {
  return Math.hypot(...triple((i) => (to[i] - from[i]) * Math.sqrt(matrix[i][i])));
}

interface NormalEquations {
  /** J'WJ. */
  readonly matrix: Matrix;
  /** J'W(y - f): where each parameter would go. */
  readonly downhill: Triple;
  readonly squares: number;
  /** Weighted length of the measured values, to tell a step from rounding. */
  readonly size: number;
}

/** `squares` is NaN, which no comparison prefers, where the curve is not positive at a sample. */
function normalEquations(model: Model, samples: readonly UslSample[], parameters: Triple): NormalEquations {
  let [m00, m01, m02, m11, m12, m22] = [0, 0, 0, 0, 0, 0];
  let [g0, g1, g2, squares, size] = [0, 0, 0, 0, 0];
  for (const { x, y, weight } of samples) {
    const { height, slopes } = model(parameters, x);
    const [s0, s1, s2] = slopes;
    const residual = height > 0 ? y - height : Number.NaN;
    m00 += weight * s0 * s0;
    m01 += weight * s0 * s1;
    m02 += weight * s0 * s2;
    m11 += weight * s1 * s1;
    m12 += weight * s1 * s2;
    m22 += weight * s2 * s2;
    g0 += weight * s0 * residual;
    g1 += weight * s1 * residual;
    g2 += weight * s2 * residual;
    squares += weight * residual * residual;
    size += weight * y * y;
  }
  const matrix: Matrix = [
    [m00, m01, m02],
    [m01, m11, m12],
    [m02, m12, m22],
  ];
  return { matrix, downhill: [g0, g1, g2], squares, size: Math.sqrt(size) };
}

/**
 * Solves (A + damping diag A) x = b for a symmetric A, x held at 0 where `held`: by L D L' of A scaled to a unit diagonal,
 * so that throughputs of 1 and of 10^6, and coefficients of 1 and of 10^-6, are the same to it.
 */
function solve(matrix: Matrix, right: Triple, held: Held, damping: number): Triple {
  const scale = triple((i) => (held[i] || matrix[i][i] === 0 ? 0 : 1 / Math.sqrt(matrix[i][i])));
  const off = (i: Index, k: Index) => matrix[i][k] * scale[i] * scale[k];
  const b = triple((i) => right[i] * scale[i]);
  const diagonal = 1 + damping;
  const [d0, l10, l20] = [diagonal, off(1, 0) / diagonal, off(2, 0) / diagonal];
  const d1 = Math.max(diagonal - l10 * l10 * d0, 1e-15);
  const l21 = (off(2, 1) - l20 * l10 * d0) / d1;
  const d2 = Math.max(diagonal - l20 * l20 * d0 - l21 * l21 * d1, 1e-15);
  const y1 = b[1] - l10 * b[0];
  const y2 = b[2] - l20 * b[0] - l21 * y1;
  const x2 = y2 / d2;
  const x1 = y1 / d1 - l21 * x2;
  const x0 = b[0] / d0 - l10 * x1 - l20 * x2;
  return [x0 * scale[0], x1 * scale[1], x2 * scale[2]];
}
