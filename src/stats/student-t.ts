/**
 * The quantile of Student's t: the value below which a share `probability` (over 0, under 1) lies, at
 * `degreesOfFreedom` (1 or more, not only whole ones). Half the width of a two-sided 95 % interval is
 * tQuantile(0.975, n - p) standard errors; R's `usl` takes qt(0.95, n - 1), which is a 90 % interval at best.
 * Infinitely many degrees of freedom give the normal distribution. Good to nine digits. Newton's method on the upper
 * tail, which is convex from 0 on: from the left it cannot overshoot.
 */
export function tQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`probability ${probability} is not between 0 and 1`);
  if (!(degreesOfFreedom >= 1)) throw new RangeError(`degrees of freedom ${degreesOfFreedom} are fewer than 1`);
  if (degreesOfFreedom > almostNormal) return beyond(probability, degreesOfFreedom);

  const share = Math.min(probability, 1 - probability);
  let t = 0;
  for (let round = 0; round < 1_000; round += 1) {
    const step = (upperTail(t, degreesOfFreedom) - share) / density(t, degreesOfFreedom);
    t += step;
    if (!(step > 1e-14 * t)) break;
  }
  return probability < 0.5 ? -t : t;
}

/** Above this many degrees of freedom x = v / (v + t^2) is too near to 1 for its distance from 1 to keep nine digits. */
const almostNormal = 1e6;

/** By the first term of the expansion in 1/v, counted from `almostNormal`. Source: Abramowitz and Stegun 26.7.5. */
function beyond(probability: number, degreesOfFreedom: number): number {
  const near = tQuantile(probability, almostNormal);
  return near + ((near ** 3 + near) / 4) * (1 / degreesOfFreedom - 1 / almostNormal);
}

/**
 * P(T > t) for t >= 0, by the regularised incomplete beta function: half of I_x(v/2, 1/2) at x = v / (v + t^2).
 * Source: Abramowitz and Stegun (1964), 26.5.27 and 26.7.1.
 */
function upperTail(t: number, v: number): number {
  const square = t * t;
  const x = v / (v + square);
  const front = Math.sqrt(square / (v + square)) * powerPart(t, v) * betaScale(v);
  if (x < (v + 2) / (v + 5)) return (front * betaFraction(x, v / 2, 0.5)) / v;
  return 0.5 - front * betaFraction(square / (v + square), 0.5, v / 2);
}

function density(t: number, v: number): number {
  return (powerPart(t, v) * betaScale(v)) / Math.sqrt(v + t * t);
}

/** (1 + t^2/v)^(-v/2), without the loss of digits at many degrees of freedom. */
function powerPart(t: number, v: number): number {
  return Math.exp((-v / 2) * Math.log1p((t * t) / v));
}

/**
 * 1 / B(v/2, 1/2) = G((v+1)/2) / (G(v/2) sqrt(pi)). The ratio of gamma functions comes from its asymptotic series
 * (Abramowitz and Stegun 6.1.47 at a = 1/2, b = 0), walked down from where that is exact: no gamma function overflows.
 */
function betaScale(v: number): number {
  if (v < 60) return (v / (v + 1)) * betaScale(v + 2);
  const u = 1 / v;
  const series = 1 + u * (-1 / 4 + u * (1 / 32 + u * (5 / 128 + u * (-21 / 2_048 + u * (-399 / 8_192)))));
  return Math.sqrt(v / (2 * Math.PI)) * series;
}

/** The continued fraction of the incomplete beta function, by Lentz's method. Source: Abramowitz and Stegun 26.5.8. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 1_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}
