import { expect, it } from 'vitest';
import { OneByOne } from '../../../src/drivers/one-by-one.ts';

it('makes a hundred thousand calls, each asked for within the last, without a deeper stack', () => {
  const calls = new OneByOne();
  let made = 0;
  const next = () => {
    made += 1;
    if (made < 100_000) calls.run(next);
  };
  calls.run(next);
  expect(made).toBe(100_000);
});

it('makes them in the order in which they were asked for, the outermost at once', () => {
  const calls = new OneByOne();
  const seen: string[] = [];
  calls.run(() => {
    calls.run(() => seen.push('second'));
    calls.run(() => seen.push('third'));
    seen.push('first');
  });
  expect(seen).toEqual(['first', 'second', 'third']);
});

it('goes on after a call that threw', () => {
  const calls = new OneByOne();
  const seen: string[] = [];
  expect(() =>
    calls.run(() => {
      calls.run(() => seen.push('left over'));
      throw new Error('no');
    }),
  ).toThrow('no');
  calls.run(() => seen.push('next'));
  expect(seen).toEqual(['next', 'left over']);
});
