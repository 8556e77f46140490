import { describe, expect, it } from 'vitest';
import { asText } from '../../../src/lint/disk/read-text.ts';

describe('a file of the project', () => {
  it.each([20_480, 33_700, 150_001, 1_000_003])(
    'is read where people wrote it, however long: %i characters',
    (length) => {
      const text = 'maximum-pool-size: 20\n'.repeat(length / 22 + 1).slice(0, length);
      expect(asText(text)).toEqual({ text });
    },
  );

  it.each([
    ['binary', 'a\0b'],
    ['minified', 'a=1;'.repeat(8_000)],
    ['minified', `// licence\n${'a=1;'.repeat(8_001)}`],
  ])('is not read where it is %s', (what, text) => {
    expect(asText(text)).toEqual({ why: `it is ${what}` });
  });
});
