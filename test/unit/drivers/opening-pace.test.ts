import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OpeningPace } from '../../../src/drivers/opening-pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

it('lets ten connections begin every 100 ms, of all the pools that share it', async () => {
  const pace = new OpeningPace();
  const begun: number[] = [];
  const pools = Array.from({ length: 5 }, async () => {
    for (let connection = 0; connection < 5; connection += 1) {
      await pace.turn(never);
      begun.push(Date.now());
    }
  });
  const start = Date.now();
  await vi.runAllTimersAsync();
  await Promise.all(pools);
  expect(begun.map((ms) => ms - start)).toEqual([...Array(10).fill(0), ...Array(10).fill(100), ...Array(5).fill(200)]);
});

it('keeps nobody waiting once it is over', async () => {
  const pace = new OpeningPace();
  const over = new AbortController();
  const turns = Array.from({ length: 40 }, () => pace.turn(over.signal));
  over.abort();
  await Promise.all(turns);
  expect(vi.getTimerCount()).toBe(0);
});
