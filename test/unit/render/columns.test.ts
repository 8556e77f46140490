import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellWidth } from '../../../src/render/cells.ts';
import { inColumns } from '../../../src/render/columns.ts';

const plain = { gap: '   ', rightAligned: [1], paint: (text: string) => text };

it('puts numbers to the right, lines of a cell below each other, and blanks where a row has fewer cells', () => {
  expect(inColumns([['first', '12', 'text one\ntext two'], ['漢字', '7'], []], plain)).toEqual([
    'first   12   text one',
    '             text two',
    '漢字     7           ',
    '                     ',
  ]);
  expect(inColumns([], plain)).toEqual([]);
});

it('paints what a cell says, and not what fills its column up', () => {
  const paint = (text: string, row: number, column: number) => `<${text}${row}${column}>`;
  expect(
    inColumns(
      [
        ['a', '1'],
        ['long', '10'],
      ],
      { ...plain, paint },
    ),
  ).toEqual(['<a00>       <101>', '<long10>   <1011>']);
});

it('makes every line as wide as every other', () => {
  const cell = fc.stringMatching(/^[a-z→漢é\n ]{0,8}$/);
  fc.assert(
    fc.property(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 6 }), (rows) => {
      const widths = new Set(inColumns(rows, plain).map(cellWidth));
      expect(widths.size).toBeLessThanOrEqual(1);
    }),
  );
});
