import { expect, test } from 'vitest';
import { nodeExp, nodeExpm1, nodeLog, nodeLog1p, nodePow } from '../../../src/playground/elementary.ts';

/** The same numbers each time, 0 to 1. */
function* shares(count: number): Generator<number> {
  let state = 12_345;
  for (let index = 0; index < count; index += 1) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

const odd = [
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  -2,
  1e-9,
  -1e-9,
  1e-300,
  5e-324,
  700,
  -700,
  745,
  -745,
  746,
  1e300,
  Infinity,
  -Infinity,
];
const all = [
  ...odd,
  NaN,
  ...[...shares(30_000)].flatMap((share) => [share, (share - 0.5) * 40, (share - 0.5) * 1_400]),
];

test.each([
  ['exp', nodeExp, Math.exp],
  ['expm1', nodeExpm1, Math.expm1],
  ['log', nodeLog, Math.log],
  ['log1p', nodeLog1p, Math.log1p],
] as const)('%s is that of Node, to the last bit', (_, own, ofNode) => {
  expect(all.filter((x) => !Object.is(own(x), ofNode(x)))).toEqual([]);
});

test('a power is that of Node, to the last bit', () => {
  const exponents = [...odd, 3, 4, 17, 100, -3, 1.5, 0.1, ...[...shares(1_000)].map((share) => (share - 0.5) * 60)];
  const pairs = all.flatMap((base, index) => {
    const exponent = exponents[index % exponents.length] ?? 0;
    return [[base, exponent] as const, [Math.abs(base), Math.round(exponent)] as const];
  });
  expect(pairs.filter(([base, exponent]) => !Object.is(nodePow(base, exponent), base ** exponent))).toEqual([]);
});
