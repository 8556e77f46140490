import { type Estimate, near, overlap } from '../stats/estimate.ts';

/** Whether two ways to the same figure can both be right: their intervals meet, or they are within 10 %. */
export function agree(a: Estimate, b: Estimate): boolean {
  return overlap(a, b) || near(a.value, b.value, 0.1);
}
