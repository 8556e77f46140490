import type { RandomStream } from './random.ts';

/**
 * Draws a rank from 1 to count with P(rank) ~ 1 / rank^exponent, exactly and without tables: rejection-inversion
 * (Hörmann and Derflinger, ACM TOMACS 6 (1996), pages 169-184). At least 7 of 10 tries are taken for any parameters.
 */
export function zipfRank(count: number, exponent: number, random: RandomStream): () => number {
  const slope = 1 - exponent;
  /** Integral of x^-exponent, and its inverse, written so that an exponent near 1 keeps its digits. */
  const area = (x: number) => {
    const logX = Math.log(x);
    return expm1Over(slope * logX) * logX;
  };
  const areaInverse = (y: number) => Math.exp(log1pOver(Math.max(-1, y * slope)) * y);
  const height = (x: number) => x ** -exponent;
  const first = area(1.5) - 1;
  const last = area(count + 0.5);
  const sure = 2 - areaInverse(area(2.5) - height(2));
  return () => {
    for (;;) {
      const y = last + random.uniform() * (first - last);
      const x = areaInverse(y);
      const rank = Math.min(count, Math.max(1, Math.floor(x + 0.5)));
      if (rank - x <= sure || y >= area(rank + 0.5) - height(rank)) return rank;
    }
  };
}

/** (e^x - 1) / x. */
function expm1Over(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x / 2;
}

/** ln(1 + x) / x. */
function log1pOver(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x / 2;
}
