import { expect, it } from 'vitest';
import { cutDocument } from '../../../src/mcp/cut.ts';

const document = (result: object) => ({ schema: 'poolctl.lint/1', poolctl: '1.0.0', result, warnings: [] });

it('leaves a document alone that fits', () => {
  const short = document({ findings: [1, 2] });
  expect(cutDocument(short, 1_000)).toEqual({ document: short });
});

it('keeps the first entries of a long list, and says how many there were', () => {
  const findings = Array.from({ length: 2_000 }, (_, line) => ({ line, message: 'x'.repeat(50) }));
  const { document: sent, said } = cutDocument(document({ findings }), 10_000);
  expect(sent['result']).toEqual({ findings: findings.slice(0, 100) });
  expect(sent['cut']).toMatchObject({ places: [{ path: 'result.findings', kept: 100, of: 2_000 }], morePlaces: 0 });
  expect(said).toMatch(/^The document has \d{6} characters, which is too long: 1900 entries/);
});

it.each([
  ['a long text', { text: 'é'.repeat(1_000_000) }],
  ['many keys', Object.fromEntries(Array.from({ length: 5_000 }, (_, key) => [`key${key}`, 'value']))],
  ['long keys', { ['k'.repeat(100_000)]: 1 }],
  ['deep lists', { a: Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => ['text'.repeat(10)])) }],
  ['objects in objects', branch(6)],
])('sends %s as a document of the same form, within the limit', (_, result) => {
  const { document: sent } = cutDocument(document(result), 3_000);
  expect(JSON.stringify(sent).length).toBeLessThanOrEqual(3_000 + 2_500);
  expect(sent).toMatchObject({ schema: 'poolctl.lint/1', poolctl: '1.0.0', result: {}, warnings: [], cut: {} });
});

it('keeps the fields of a warning', () => {
  const warnings = Array.from({ length: 5_000 }, () => ({ code: 'A', message: 'what '.repeat(20), hint: 'do' }));
  const { document: sent } = cutDocument({ ...document({}), warnings }, 1_000);
  expect(sent['warnings']).toContainEqual({ code: 'A', message: expect.stringMatching(/^what/), hint: 'do' });
});

/** 10^depth texts. */
function branch(depth: number): object {
  const names = Array.from({ length: depth > 4 ? 10 : 3 }, (_, index) => `key${index}`);
  return Object.fromEntries(names.map((name) => [name, depth === 0 ? 'text'.repeat(40) : branch(depth - 1)]));
}
