import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, cellWidth, cutCells } from '../../../src/render/cells.ts';

describe('the width of a text', () => {
  it.each([
    ['orders', 6],
    ['日本', 4],
    ['한국', 4],
    ['🚀', 2],
    ['e\u0301', 1],
    ['█░▁', 3],
  ])('of %s is %d cells', (text, cells) => {
    expect(cellWidth(text)).toBe(cells);
  });
});

it('never cuts a text wider than asked, and shows that it was cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, cells) => {
      const clean = cellText(text);
      const cut = cutCells(clean, cells);
      expect(cellWidth(cut)).toBeLessThanOrEqual(cells);
      if (cut !== clean && cells > 0) expect(cut.endsWith('…')).toBe(true);
    }),
  );
});

it('leaves nothing in a text that a terminal acts on', () => {
  expect(cellText('\u001b[31mred\u202e\n❤\ufe0f')).toBe('\\x1b[31mred\\u{202e}\\n❤');
});
