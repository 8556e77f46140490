import { describe, expect, it } from 'vitest';
import { notation } from '../../../src/alerts/scenarios/series.ts';

/** As promtool reads its notation: `a+bxn` is n more values. */
function read(text: string): (number | undefined | 'stale')[] {
  return text.split(' ').flatMap((word): readonly (number | undefined | 'stale')[] => {
    if (word === 'stale') return ['stale' as const];
    const [, gap] = /^_(?:x(\d+))?$/.exec(word) ?? [];
    if (word.startsWith('_')) return Array<undefined>(Number(gap ?? 1)).fill(undefined);
    const [, from = '', step = '0', more = '0'] = /^(-?[\d.e-]+?)([+-][\d.e-]+)?(?:x(\d+))?$/.exec(word) ?? [];
    return Array.from({ length: Number(more) + 1 }, (_, index) => Number(from) + index * Number(step));
  });
}

describe('the values of a test series', () => {
  it.each([
    [[2, 2, 2, 10, 10, 2], '2x2 10x1 2'],
    [[0, 3, 6, 9], '0+3x3'],
    [[5, 4, 3], '5-1x2'],
    [[0, 1], '0 1'],
    [[undefined, undefined, 3, undefined, undefined, undefined, 3], '_x2 3 stale _x2 3'],
    [[1, undefined], '1 stale'],
  ])('%j are %s', (values, text) => {
    expect(notation(values)).toBe(text);
    // The first missing one after a value is where the series ends.
    const seen = values.map((value, index) =>
      value === undefined && index > 0 && values[index - 1] !== undefined ? 'stale' : value,
    );
    expect(read(text)).toEqual(seen);
  });
});
