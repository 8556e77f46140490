import { expect, it } from 'vitest';
import type { LoadPool } from '../../../../src/drivers/driver.ts';
import { SecondSeries } from '../../../../src/probe/load/live-view.ts';

it('keeps the longest queue of a second, also one that has gone before the second ends', () => {
  const pool = { waiting: 0, connections: 4 };
  const series = new SecondSeries(0, 2_000, pool as unknown as LoadPool);
  pool.waiting = 40;
  series.ended(700, 600);
  pool.waiting = 0;
  series.ended(900, 5);
  series.ended(1_500, 5);
  const seconds = series.upTo(2_000);
  expect(seconds.map(({ waiting, longestQueue }) => [waiting, longestQueue])).toEqual([
    [0, 40],
    [0, 0],
  ]);
});
