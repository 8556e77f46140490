/** Values of a polynomial with these coefficients, highest power first (Horner). */
function polynomial(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

// W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969): 18 digits.
const nearTop = [
  1.8577770618460315e-1, 3.1611237438705655, 1.1386415415105016e2, 3.77485237685302e2, 3.2093775891384694e3,
];
const nearBottom = [1, 2.3601290952344122e1, 2.4402463793444417e2, 1.2826165260773723e3, 2.844236833439171e3];
const middleTop = [
  2.1531153547440383e-8, 5.641884969886701e-1, 8.883149794388377, 6.611919063714163e1, 2.986351381974001e2,
  8.81952221241769e2, 1.7120476126340707e3, 2.0510783778260716e3, 1.2303393547979972e3,
];
const middleBottom = [
  1, 1.5744926110709835e1, 1.176939508913125e2, 5.371811018620099e2, 1.6213895745666903e3, 3.2907992357334597e3,
  4.362619090143247e3, 3.4393676741437216e3, 1.2303393548037495e3,
];
const farTop = [
  1.6315387137302097e-2, 3.0532663496123236e-1, 3.6034489994980445e-1, 1.2578172611122926e-1, 1.6083785148742275e-2,
  6.587491615298378e-4,
];
const farBottom = [
  1, 2.568520192289822, 1.8729528499234673, 5.279051029514285e-1, 6.051834131244132e-2, 2.3352049762686918e-3,
];

/** 1 - erf(x) for any real x, to 15 digits, also far in the tail. */
function complementaryError(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.46875) return 1 - (x * polynomial(x * x, nearTop)) / polynomial(x * x, nearBottom);
  // exp(-x^2) in two factors: the first with an exact square, so that the rounding of x^2 does no harm.
  const rounded = Math.trunc(size * 16) / 16;
  const decay = Math.exp(-rounded * rounded) * Math.exp(-(size - rounded) * (size + rounded));
  let scaled: number;
  if (size <= 4) scaled = polynomial(size, middleTop) / polynomial(size, middleBottom);
  else {
    const square = 1 / (size * size);
    scaled = (1 / Math.sqrt(Math.PI) - (square * polynomial(square, farTop)) / polynomial(square, farBottom)) / size;
  }
  return x > 0 ? decay * scaled : 2 - decay * scaled;
}

/** The share of a standard normal distribution below x. Accurate in both tails: normalCdf(-x) is the share above x. */
export function normalCdf(x: number): number {
  return complementaryError(-x * Math.SQRT1_2) / 2;
}

// P. J. Acklam, An algorithm for computing the inverse normal cumulative distribution function (2003): 9 digits.
const centreTop = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const centreBottom = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
];
const tailTop = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailBottom = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];

/** The x with a share p of a standard normal distribution below it; -Infinity at 0 and Infinity at 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  let x: number;
  if (p < 0.02425) {
    const r = Math.sqrt(-2 * Math.log(p));
    x = polynomial(r, tailTop) / polynomial(r, tailBottom);
  } else {
    const r = p - 0.5;
    x = (r * polynomial(r * r, centreTop)) / polynomial(r * r, centreBottom);
  }
  // One step of Halley's method makes 15 digits of 9.
  const step = (normalCdf(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  return x - step / (1 + (x * step) / 2);
}
