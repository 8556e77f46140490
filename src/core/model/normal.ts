/** Values of a polynomial with these coefficients, highest power first (Horner). */
function polynomial(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

// W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969): 18 digits.
const nearTop = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
];
const nearBottom = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
const middleTop = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const middleBottom = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const farTop = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
];
const farBottom = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
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
