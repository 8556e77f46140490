/*
 * The methods and constants are those of fdlibm, by which V8 computes these functions in Node 20, 22 and 24. Its notice:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and distribute this
 * software is freely granted, provided that this notice is preserved.
 */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** Of a little-endian machine: every one that a browser of today runs on. */
const [low, high] = [0, 1] as const;

function highOf(x: number): number {
  double[0] = x;
  return words[high] ?? 0;
}

function withHigh(x: number, word: number): number {
  double[0] = x;
  words[high] = word;
  return double[0] ?? 0;
}

function withoutLow(x: number): number {
  double[0] = x;
  words[low] = 0;
  return double[0] ?? 0;
}

/** 2 to the power of k, where that is a normal number. */
const twoTo = (k: number) => withHigh(1, (0x3ff + k) << 20);

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const [p1, p2, p3, p4, p5] = [
  0.16666666666666602, -0.0027777777777015593, 0.00006613756321437934, -1.6533902205465252e-6, 4.1381367970572385e-8,
] as const;

/** A number less k times ln 2, in two parts, and k; `size`: its upper word without the sign. */
function lessLn2s(x: number, size: number): [high: number, low: number, k: number] {
  const sign = x < 0 ? -1 : 1;
  if (size < 0x3ff0a2b2) return [x - sign * ln2High, sign * ln2Low, sign];
  const k = Math.trunc(Math.LOG2E * x + sign * 0.5);
  return [x - k * ln2High, k * ln2Low, k];
}

/** As `Math.exp` of Node. */
export function nodeExp(given: number): number {
  let x = given;
  const word = highOf(x);
  const size = word & 0x7fffffff;
  let [hi, lo, k] = [0, 0, 0];
  if (size >= 0x40862e42) {
    if (Number.isNaN(x)) return x;
    if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
    if (x < -745.1332191019411) return 0;
  }
  if (size > 0x3fd62e42) {
    if (x === 1) return Math.E;
    [hi, lo, k] = lessLn2s(x, size);
    x = hi - lo;
  } else if (size < 0x3e300000) return 1 + x;
  const t = x * x;
  const c = x - t * (p1 + t * (p2 + t * (p3 + t * (p4 + t * p5))));
  if (k === 0) return 1 - ((x * c) / (c - 2) - x);
  const y = 1 - (lo - (x * c) / (2 - c) - hi);
  if (k < -1_021) return y * twoTo(k + 1_000) * twoTo(-1_000);
  return k === 1_024 ? y * 2 * twoTo(1_023) : y * twoTo(k);
}

const [q1, q2, q3, q4, q5] = [
  -0.03333333333333313, 0.0015873015872548146, -0.0000793650757867488, 4.008217827329362e-6, -2.0109921818362437e-7,
] as const;

/** As `Math.expm1` of Node. */
export function nodeExpm1(given: number): number {
  let x = given;
  const word = highOf(x);
  const isNegative = word < 0;
  const size = word & 0x7fffffff;
  if (size >= 0x4043687a) {
    if (Number.isNaN(x)) return x;
    if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
    if (isNegative) return -1;
  }
  let [c, k] = [0, 0];
  if (size > 0x3fd62e42) {
    const [hi, lo, times] = lessLn2s(x, size);
    k = times;
    x = hi - lo;
    c = hi - x - lo;
  } else if (size < 0x3c900000) return x;
  const half = 0.5 * x;
  const square = x * half;
  const r = 1 + square * (q1 + square * (q2 + square * (q3 + square * (q4 + square * q5))));
  const t = 3 - r * half;
  let e = square * ((r - t) / (6 - x * t));
  if (k === 0) return x - (x * e - square);
  e = x * (e - c) - c;
  e -= square;
  if (k === -1) return 0.5 * (x - e) - 0.5;
  if (k === 1) return x < -0.25 ? -2 * (e - (x + 0.5)) : 1 + 2 * (x - e);
  if (k <= -2 || k > 56) {
    const y = 1 - (e - x);
    return (k === 1_024 ? y * 2 * twoTo(1_023) : y * twoTo(k)) - 1;
  }
  if (k < 20) return (1 - twoTo(-k) - (e - x)) * twoTo(k);
  return (x - (e + twoTo(-k)) + 1) * twoTo(k);
}

const [g1, g2, g3, g4, g5, g6, g7] = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
] as const;

/** As `Math.log` of Node. */
export function nodeLog(given: number): number {
  let x = given;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  if (highOf(x) < 0x00100000) {
    k = -54;
    x *= 2 ** 54;
  }
  let word = highOf(x);
  k += (word >> 20) - 1_023;
  word &= 0x000fffff;
  const shift = (word + 0x95f64) & 0x100000;
  x = withHigh(x, word | (shift ^ 0x3ff00000));
  k += shift >> 20;
  const f = x - 1;
  if ((0x000fffff & (2 + word)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * ln2High + k * ln2Low;
    const r = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - r : k * ln2High - (r - k * ln2Low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r = z * (g1 + w * (g3 + w * (g5 + w * g7))) + w * (g2 + w * (g4 + w * g6));
  if (((word - 0x6147a) | (0x6b851 - word)) > 0) {
    const half = 0.5 * f * f;
    if (k === 0) return f - (half - s * (half + r));
    return k * ln2High - (half - (s * (half + r) + k * ln2Low) - f);
  }
  if (k === 0) return f - s * (f - r);
  return k * ln2High - (s * (f - r) - k * ln2Low - f);
}

/** As `Math.log1p` of Node. */
export function nodeLog1p(x: number): number {
  const word = highOf(x);
  const size = word & 0x7fffffff;
  let [k, f, c, upper] = [1, 0, 0, 1];
  if (word < 0x3fda827a) {
    if (size >= 0x3ff00000) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
    if (size < 0x3e200000) return size < 0x3c900000 ? x : x - x * x * 0.5;
    if (word > 0 || word <= (0xbfd2bec4 | 0)) [k, f, upper] = [0, x, 1];
  }
  if (word >= 0x7ff00000) return x + x;
  if (k !== 0) {
    let u = x;
    if (word < 0x43400000) {
      u = 1 + x;
      upper = highOf(u);
      k = (upper >> 20) - 1_023;
      c = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    } else {
      upper = highOf(u);
      k = (upper >> 20) - 1_023;
    }
    upper &= 0x000fffff;
    if (upper < 0x6a09e) u = withHigh(u, upper | 0x3ff00000);
    else {
      k += 1;
      u = withHigh(u, upper | 0x3fe00000);
      upper = (0x00100000 - upper) >> 2;
    }
    f = u - 1;
  }
  const half = 0.5 * f * f;
  if (upper === 0) {
    if (f === 0) return k === 0 ? 0 : k * ln2High + (c + k * ln2Low);
    const r = half * (1 - 0.6666666666666666 * f);
    return k === 0 ? f - r : k * ln2High - (r - (k * ln2Low + c) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const r = z * (g1 + z * (g2 + z * (g3 + z * (g4 + z * (g5 + z * (g6 + z * g7))))));
  if (k === 0) return f - (half - s * (half + r));
  return k * ln2High - (half - (s * (half + r) + (k * ln2Low + c)) - f);
}

const [l1, l2, l3, l4, l5, l6] = [
  0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175,
  0.20697501780033842,
] as const;
const [cp, cpHigh, cpLow] = [0.9617966939259756, 0.9617967009544373, -7.028461650952758e-9] as const;
const [lg2, lg2High, lg2Low] = [Math.LN2, 0.6931471824645996, -1.904654299957768e-9] as const;

/** As `Math.pow` and `**` of Node. */
export function nodePow(base: number, exponent: number): number {
  // The cases that are exact, or have no number, are the same everywhere.
  const isUsual =
    Number.isFinite(base) && Number.isFinite(exponent) && base !== 0 && exponent !== 0 && Math.abs(base) !== 1;
  const isWhole = Number.isInteger(exponent);
  if (!isUsual || (base < 0 && !isWhole)) return base ** exponent;
  if (exponent === 1) return base;
  if (exponent === -1) return 1 / base;
  if (exponent === 2) return base * base;
  if (exponent === 0.5) return Math.sqrt(base);
  const sign = base < 0 && Math.abs(exponent) % 2 === 1 ? -1 : 1;
  // Such powers are beyond all that is computed here, or 0.
  if (Math.abs(exponent) > 2 ** 31) return base ** exponent;
  const [logHigh, logLow] = log2In2(Math.abs(base));
  const upper = withoutLow(exponent);
  const pLow = (exponent - upper) * logHigh + exponent * logLow;
  const pHigh = upper * logHigh;
  const sum = pLow + pHigh;
  if (sum >= 1_024)
    return sum > 1_024 || pLow + 8.008566259537294e-17 > sum - pHigh
      ? sign * Infinity
      : sign * scaled(pHigh, pLow, sum);
  if (sum <= -1_075) return sign * 0;
  return sign * scaled(pHigh, pLow, sum);
}

/** The binary logarithm of a positive number, in two parts. */
function log2In2(given: number): [high: number, low: number] {
  let x = given;
  let n = 0;
  if (highOf(x) < 0x00100000) {
    x *= 2 ** 53;
    n -= 53;
  }
  let word = highOf(x);
  n += (word >> 20) - 0x3ff;
  const rest = word & 0x000fffff;
  word = rest | 0x3ff00000;
  let isUpper = false;
  if (rest > 0x3988e) {
    if (rest < 0xbb67a) isUpper = true;
    else {
      n += 1;
      word -= 0x00100000;
    }
  }
  x = withHigh(x, word);
  const about = isUpper ? 1.5 : 1;
  const u = x - about;
  const v = 1 / (x + about);
  const ss = u * v;
  const sHigh = withoutLow(ss);
  const tHigh = withHigh(0, ((word >> 1) | 0x20000000) + 0x00080000 + (isUpper ? 0x00040000 : 0));
  const tLow = x - (tHigh - about);
  const sLow = v * (u - sHigh * tHigh - sHigh * tLow);
  const s2 = ss * ss;
  let r = s2 * s2 * (l1 + s2 * (l2 + s2 * (l3 + s2 * (l4 + s2 * (l5 + s2 * l6)))));
  r += sLow * (sHigh + ss);
  const square = sHigh * sHigh;
  const wide = withoutLow(3 + square + r);
  const narrow = r - (wide - 3 - square);
  const a = sHigh * wide;
  const b = sLow * wide + narrow * ss;
  const pHigh = withoutLow(a + b);
  const pLow = b - (pHigh - a);
  const zHigh = cpHigh * pHigh;
  const zLow = cpLow * pHigh + pLow * cp + (isUpper ? 1.350039202129749e-8 : 0);
  const dHigh = isUpper ? 0.5849624872207642 : 0;
  const t1 = withoutLow(zHigh + zLow + dHigh + n);
  const t2 = zLow - (t1 - n - dHigh - zHigh);
  return [t1, t2];
}

/** 2 to the power of a number in two parts, whose sum is `sum`. */
function scaled(pHigh: number, pLow: number, sum: number): number {
  let upper = pHigh;
  let n = 0;
  const word = highOf(sum);
  const size = word & 0x7fffffff;
  if (size > 0x3fe00000) {
    const shift = (size >> 20) - 0x3ff;
    const rounded = word + (0x00100000 >> (shift + 1));
    const exponent = ((rounded & 0x7fffffff) >> 20) - 0x3ff;
    const t = withHigh(0, rounded & ~(0x000fffff >> exponent));
    n = ((rounded & 0x000fffff) | 0x00100000) >> (20 - exponent);
    if (word < 0) n = -n;
    upper -= t;
  }
  const t = withoutLow(pLow + upper);
  const u = t * lg2High;
  const v = (pLow - (t - upper)) * lg2 + t * lg2Low;
  const z = u + v;
  const w = v - (z - u);
  const square = z * z;
  const c = z - square * (p1 + square * (p2 + square * (p3 + square * (p4 + square * p5))));
  // V8 divides by all of it, where fdlibm subtracts the last part afterwards.
  const r = (z * c) / (c - 2 - (w + z * w));
  const y = 1 - (r - z);
  const raised = highOf(y) + (n << 20);
  return raised >> 20 <= 0 ? y * twoTo(n + 1_000) * twoTo(-1_000) : withHigh(y, raised);
}
