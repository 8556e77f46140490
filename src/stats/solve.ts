/** Where the falling function reaches `value` between 0 and `high`. */
export function solveFalling(of: (x: number) => number, value: number, high: number): number {
  if (of(0) <= value) return 0;
  let [below, above] = [0, high];
  for (let round = 0; round < 60 && above - below > 1e-13 * high; round += 1) {
    const middle = (below + above) / 2;
    if (of(middle) > value) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}
