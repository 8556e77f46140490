import { describe, expect, it } from 'vitest';
import { whyNotCode } from '../../../../src/declarations/code/readable.ts';

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

describe('code that people write is read', () => {
  it.each([
    [
      'a configuration of 400 nested entries',
      `export default {\n${lines(400, (i) => `k${i}: { a: [{ b: { c: ${i} } }] },`)}\n};`,
    ],
    [
      'a large text of SQL',
      `export const sql = \`\n${lines(4_000, (i) => `INSERT INTO orders VALUES (${i}, 'x');`)}\n\`;`,
    ],
    [
      'one SELECT of many columns',
      `export const sql = \`SELECT\n${lines(3_500, (i) => `  o.column_${i} AS c${i},`)}\n 1 FROM orders o\`;`,
    ],
    ['text without commas', `export const text = \`\n${lines(800, () => 'one two three four five')}\n\`;`],
    ['a long comment', `/*\n${lines(2_000, () => ' * (a) [b] {c} of many words')}\n */\nexport const a = 1;`],
    ['lines of comments', `${lines(2_000, () => '// (((a [[[b ==== ')}\nexport const a = 1;`],
    ['brackets in texts', `export const all = [\n${lines(1_000, () => "'((([[[{{{', '}}}]]])))',")}\n];`],
    ['a table of numbers', `export const t = [\n${lines(2_000, (i) => `[${i}, ${i}, ${i}],`)}\n];`],
  ])('%s', (_name, text) => {
    expect(whyNotCode(text)).toBeUndefined();
  });
});

describe('code that ends a parser is not', () => {
  it.each([
    ['brackets', `const a = ${'('.repeat(600)}1${')'.repeat(600)};`],
    ['a sum', `const a = ${'1 + '.repeat(4_000)}1;`],
    [
      'brackets after a text with a quote of a comment',
      `const q = "/*"; const a = ${'['.repeat(600)}${']'.repeat(600)};`,
    ],
    ['lines that look like comments in a template', `const a = \`${'\n// ${('.repeat(600)}1${')}'.repeat(600)}\`;`],
    ['brackets in a template', `const a = \`\${${'('.repeat(600)}1${')'.repeat(600)}}\`;`],
  ])('%s', (_name, text) => {
    expect(whyNotCode(text)).toBe('its code is nested too deeply');
  });
});
