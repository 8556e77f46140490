import { describe, expect, it } from 'vitest';
import { createDraw } from '../../../../src/probe/workload/draw.ts';
import type { ProbeWorkload, Script, VariableLaw } from '../../../../src/probe/workload/model.ts';

function workload(scripts: readonly Partial<Script>[], variables: Record<string, VariableLaw> = {}): ProbeWorkload {
  return {
    name: 'test',
    description: '',
    kind: 'sql',
    readOnly: true,
    transportOnly: false,
    scripts: scripts.map((script) => ({ weight: 1, isTransaction: false, statements: [], ...script })),
    variables,
  };
}

const statement = (text: string, ...parameters: readonly string[]) => ({ text, prepared: true, parameters });

/** The values that a variable takes in as many requests. */
function values(law: VariableLaw, count: number, seed = 1): unknown[] {
  const draw = createDraw(workload([{ statements: [statement('x', 'v')] }], { v: law }), seed);
  return Array.from({ length: count }, () => draw.next().statements[0]?.values[0]);
}

/**
 * Pearson's statistic of counts against probabilities, as standard deviations from its mean: cells - 1, with a variance of
 * twice that. With a fixed seed a bound of 4 is no matter of chance.
 */
function surprise(drawn: readonly unknown[], probabilities: ReadonlyMap<unknown, number>): number {
  const counts = new Map<unknown, number>();
  for (const value of drawn) counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const value of counts.keys()) if (!probabilities.has(value)) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const [value, probability] of probabilities) {
    const expected = probability * drawn.length;
    sum += ((counts.get(value) ?? 0) - expected) ** 2 / expected;
  }
  const freedom = probabilities.size - 1;
  return (sum - freedom) / Math.sqrt(2 * freedom);
}

function zipf(from: number, to: number, exponent: number): Map<number, number> {
  const ranks = Array.from({ length: to - from + 1 }, (_, index) => index + 1);
  const sum = ranks.reduce((total, rank) => total + rank ** -exponent, 0);
  return new Map(ranks.map((rank) => [from - 1 + rank, rank ** -exponent / sum]));
}

describe('values', () => {
  it.each([
    [1, 2, 1],
    [1, 10, 1],
    [5, 104, 1],
    [-3, 200, 0.5],
    [1, 1_000, 0.8],
    [1, 100, 1.000001],
    [1, 50, 2.5],
    [1, 4, 8],
  ])('of zipf from %d to %d with exponent %d have exactly its probabilities', (from, to, exponent) => {
    const exact = zipf(from, to, exponent);
    expect(Math.abs(surprise(values({ kind: 'zipf', from, to, exponent }, 200_000), exact))).toBeLessThan(4);
  });

  it('of zipf over one number are that number', () => {
    expect(new Set(values({ kind: 'zipf', from: 7, to: 7, exponent: 1 }, 50))).toEqual(new Set([7]));
  });

  it('of zipf over a billion numbers stay within, and the first is as frequent as it should be', () => {
    const drawn = values({ kind: 'zipf', from: 1, to: 1e9, exponent: 1 }, 100_000) as number[];
    expect(Math.min(...drawn)).toBe(1);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1e9);
    // 1 / H(10^9) = 0.04692.
    expect(drawn.filter((value) => value === 1).length / drawn.length).toBeCloseTo(0.0469, 2);
  });

  it('of a list come as often as their weights say', () => {
    const weights = [5, 0, 1, 2, 0.5, 100];
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const exact = new Map(
      weights.flatMap((weight, index) => (weight > 0 ? [[index, weight / sum]] : [])) as [number, number][],
    );
    const law = { kind: 'list', values: [0, 1, 2, 3, 4, 5], weights } as const;
    expect(Math.abs(surprise(values(law, 200_000), exact))).toBeLessThan(4);
  });

  it('of a list without weights, and of a range, are equally likely', () => {
    const even = new Map(Array.from({ length: 20 }, (_, index) => [index - 10, 1 / 20]));
    const list = { kind: 'list', values: [...even.keys()] } as const;
    expect(Math.abs(surprise(values(list, 100_000), even))).toBeLessThan(4);
    expect(Math.abs(surprise(values({ kind: 'int', from: -10, to: 9 }, 100_000), even))).toBeLessThan(4);
  });

  it('of a wide range reach its odd numbers too, and never leave it', () => {
    const [from, to] = [-(2 ** 50), 2 ** 50];
    const drawn = values({ kind: 'int', from, to }, 10_000) as number[];
    expect(drawn.every((value) => Number.isSafeInteger(value) && value >= from && value <= to)).toBe(true);
    expect(drawn.filter((value) => value % 2 !== 0).length).toBeGreaterThan(4_500);
    expect(new Set(drawn).size).toBe(10_000);
  });

  it('of uuid are of version 4, and none comes twice', () => {
    const drawn = values({ kind: 'uuid' }, 10_000) as string[];
    expect(new Set(drawn).size).toBe(10_000);
    expect(
      drawn.filter((each) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(each)),
    ).toEqual([]);
  });

  it('of a sleep are seconds, with the mean of its law', () => {
    const drawn = values({ kind: 'sleep', law: { kind: 'exponential', meanMs: 300 } }, 100_000) as number[];
    expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.3, 2);
  });
});

describe('a request', () => {
  const id = { kind: 'int', from: 1, to: 1e6 } as const;

  it('has one value for a name, in all of its statements, and another one in the next request', () => {
    const draw = createDraw(
      workload([{ isTransaction: true, statements: [statement('a', 'x', 'y'), statement('b', 'y', 'x', 'x')] }], {
        x: id,
        y: id,
      }),
      1,
    );
    const [first, second] = [draw.next(), draw.next()].map(({ statements }) => statements.map((each) => each.values));
    const [x, y] = first?.[1] ?? [];
    expect(first).toEqual([[], [x, y], [y, x, x], []]);
    expect(second?.[1]).not.toEqual(first?.[1]);
  });

  it('of a transaction begins and commits', () => {
    const draw = createDraw(workload([{ isTransaction: true, statements: [statement('a')] }]), 1);
    const { isTransaction, statements } = draw.next();
    expect(isTransaction).toBe(true);
    expect(statements.map((each) => each.statement.text)).toEqual(['BEGIN', 'a', 'COMMIT']);
  });

  it('keeps its values while others are drawn', () => {
    const draw = createDraw(workload([{ statements: [statement('a', 'x', 'y')] }], { x: id, y: id }), 1);
    const first = draw.next();
    const before = JSON.stringify(first);
    for (let count = 0; count < 10; count += 1) draw.next();
    expect(JSON.stringify(first)).toBe(before);
  });

  it('is of a script as often as its weight says', () => {
    const scripts = [3, 1, 6].map((weight) => ({ weight, statements: [statement(`${weight}`)] }));
    const draw = createDraw(workload(scripts), 1);
    const drawn = Array.from({ length: 100_000 }, () => draw.next().statements[0]?.statement.text);
    const exact = new Map([
      ['3', 0.3],
      ['1', 0.1],
      ['6', 0.6],
    ]);
    expect(Math.abs(surprise(drawn, exact))).toBeLessThan(4);
  });

  it('is the same for the same seed, and another for another', () => {
    const law = { kind: 'uuid' } as const;
    expect(values(law, 5, 7)).toEqual(values(law, 5, 7));
    expect(values(law, 5, 7)).not.toEqual(values(law, 5, 8));
  });

  it('with a variable that nobody declared is refused before any is drawn', () => {
    expect(() => createDraw(workload([{ statements: [statement('a', 'ghost')] }]), 1)).toThrow(
      expect.objectContaining({ code: 'VALUE_INVALID', message: expect.stringContaining(':ghost') }),
    );
  });
});
