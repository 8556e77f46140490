// W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969): 18 digits.

/**
 * 1 - erf(x) for any real x, to 15 digits, also far in the tail. The polynomials are written out: a loop over their
 * coefficients takes several times as long in a process that has just started.
 */
function complementaryError(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.46875) {
    const y = x * x;
    const top =
      (((1.8577770618460315e-1 * y + 3.1611237438705655) * y + 1.1386415415105016e2) * y + 3.77485237685302e2) * y +
      3.2093775891384694e3;
    const bottom =
      (((y + 2.3601290952344122e1) * y + 2.4402463793444417e2) * y + 1.2826165260773723e3) * y + 2.844236833439171e3;
    return 1 - (x * top) / bottom;
  }
  // exp(-x^2) in two factors: the first with an exact square, so that the rounding of x^2 does no harm.
  const rounded = Math.trunc(size * 16) / 16;
  const decay = Math.exp(-rounded * rounded) * Math.exp(-(size - rounded) * (size + rounded));
  const scaled = size <= 4 ? middle(size) : far(size);
  return x > 0 ? decay * scaled : 2 - decay * scaled;
}

function middle(x: number): number {
  const top =
    (((((((2.1531153547440383e-8 * x + 5.641884969886701e-1) * x + 8.883149794388377) * x + 6.611919063714163e1) * x +
      2.986351381974001e2) *
      x +
      8.81952221241769e2) *
      x +
      1.7120476126340707e3) *
      x +
      2.0510783778260716e3) *
      x +
    1.2303393547979972e3;
  const bottom =
    (((((((x + 1.5744926110709835e1) * x + 1.176939508913125e2) * x + 5.371811018620099e2) * x + 1.6213895745666903e3) *
      x +
      3.2907992357334597e3) *
      x +
      4.362619090143247e3) *
      x +
      3.4393676741437216e3) *
      x +
    1.2303393548037495e3;
  return top / bottom;
}

function far(x: number): number {
  const y = 1 / (x * x);
  const top =
    ((((1.6315387137302097e-2 * y + 3.0532663496123236e-1) * y + 3.6034489994980445e-1) * y + 1.2578172611122926e-1) *
      y +
      1.6083785148742275e-2) *
      y +
    6.587491615298378e-4;
  const bottom =
    ((((y + 2.568520192289822) * y + 1.8729528499234673) * y + 5.279051029514285e-1) * y + 6.051834131244132e-2) * y +
    2.3352049762686918e-3;
  return (1 / Math.sqrt(Math.PI) - (y * top) / bottom) / x;
}

/** The share of a standard normal distribution below x. Accurate in both tails: normalCdf(-x) is the share above x. */
export function normalCdf(x: number): number {
  return complementaryError(-x * Math.SQRT1_2) / 2;
}

/** The x with a share p of a standard normal distribution below it; -Infinity at 0 and Infinity at 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const x = p < 0.02425 ? lowTail(Math.sqrt(-2 * Math.log(p))) : centre(p - 0.5);
  // One step of Halley's method makes 15 digits of 9.
  const step = (normalCdf(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  return x - step / (1 + (x * step) / 2);
}

// P. J. Acklam, An algorithm for computing the inverse normal cumulative distribution function (2003): 9 digits.

function lowTail(r: number): number {
  const top =
    ((((-7.784894002430293e-3 * r - 3.223964580411365e-1) * r - 2.400758277161838) * r - 2.549732539343734) * r +
      4.374664141464968) *
      r +
    2.938163982698783;
  const bottom =
    (((7.784695709041462e-3 * r + 3.224671290700398e-1) * r + 2.445134137142996) * r + 3.754408661907416) * r + 1;
  return top / bottom;
}

function centre(r: number): number {
  const y = r * r;
  const top =
    ((((-3.969683028665376e1 * y + 2.209460984245205e2) * y - 2.759285104469687e2) * y + 1.38357751867269e2) * y -
      3.066479806614716e1) *
      y +
    2.506628277459239;
  const bottom =
    ((((-5.447609879822406e1 * y + 1.615858368580409e2) * y - 1.556989798598866e2) * y + 6.680131188771972e1) * y -
      1.328068155288572e1) *
      y +
    1;
  return (r * top) / bottom;
}
