import { expect, it } from 'vitest';
import { frameText } from '../../../../src/commands/watch/frame.ts';

it('writes nothing where nothing has changed', () => {
  expect(frameText(['a', 'b'], ['a', 'b'])).toBe('');
});

it('writes only the lines that differ, each erased first', () => {
  expect(frameText(['a', 'c'], ['a', 'b'])).toBe('\u001b[2;1H\u001b[Kc');
  expect(frameText(['a', ''], ['a', 'b'])).toBe('\u001b[2;1H\u001b[K');
});

it('begins anew on a screen of another height, or on the first', () => {
  const anew = '\u001b[H\u001b[2J\u001b[1;1Ha\u001b[2;1Hb';
  expect(frameText(['a', 'b'], undefined)).toBe(anew);
  expect(frameText(['a', 'b'], ['a', 'b', 'c'])).toBe(anew);
});
