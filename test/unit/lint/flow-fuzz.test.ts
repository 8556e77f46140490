import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../helpers/fuzz-seed.ts';
import { lintTexts, readFixtures } from '../../helpers/lint-fixtures.ts';

const ids = ['leak-no-finally', 'leak-early-return', 'transaction-not-closed', 'nested-acquire', 'pool-leak'];
/** The functions of all fixtures of these rules: real shapes, to be cut and joined. */
const texts = readFixtures()
  .filter(({ rule, texts: files }) => ids.includes(rule) && files.size === 1)
  .flatMap(({ texts: files }) => [...files.values()]);

const lint = (text: string, file = 'fuzz.ts') => lintTexts(new Map([[file, text]]), 'leak-no-finally');

/** Where a statement may begin or end. */
const cuts = (text: string) => [...text.matchAll(/[;{}]\n/g)].map(({ index }) => index + 2);

describe('following connections through paths', () => {
  it('ends, and throws nothing, on real shapes with lines left out, doubled and moved', () => {
    const mutation = fc.record({
      text: fc.constantFrom(...texts),
      moves: fc.array(
        fc.record({
          from: fc.nat(),
          length: fc.nat({ max: 6 }),
          to: fc.nat(),
          kind: fc.constantFrom('cut', 'copy', 'wrap'),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      wrapper: fc.constantFrom(
        ['try {', '} finally { await client.query("x"); }'],
        ['try {', '} catch { return; }'],
        ['for (;;) {', 'if (flag) break; }'],
        ['label: while (flag) {', 'continue label; }'],
        ['switch (flag) { case 1:', 'default: }'],
        ['pool.connect((error, client) => {', '});'],
        ['await Promise.all(ids.map(async () => {', '}));'],
      ),
    });
    fc.assert(
      fc.property(mutation, ({ text, moves, wrapper }) => {
        const [before = '', after = ''] = wrapper;
        const mutated = moves.reduce((now, { from, length, to, kind }) => {
          const places = cuts(now);
          if (places.length < 2 || now.length > 20_000) return now;
          const start = places[from % places.length] ?? 0;
          const end = places[Math.min((from % places.length) + length, places.length - 1)] ?? start;
          const piece = now.slice(start, end);
          if (kind === 'wrap') return `${now.slice(0, start)}${before}\n${piece}\n${after}${now.slice(end)}`;
          const rest = kind === 'cut' ? now.slice(0, start) + now.slice(end) : now;
          const places2 = cuts(rest);
          const target = places2[to % Math.max(1, places2.length)] ?? 0;
          return rest.slice(0, target) + piece + rest.slice(target);
        }, text);
        lint(mutated);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['a sum of 20,000 terms', `await client.query(${Array(20_000).fill('x').join(' + ')});`],
    ['a chain of 3,000 promises', `await client.query(x)${'.then((y) => y)'.repeat(3_000)};`],
    ['a condition of 8,000 parts', `if (${Array(8_000).fill('x').join(' || ')}) client.release();`],
    [
      '200 tries in each other',
      `${'try {'.repeat(200)} await client.query(x); ${'} finally { await client.query(x); }'.repeat(200)}`,
    ],
    ['60 loops in each other', `${'for (;;) { if (x) break;'.repeat(60)} await client.query(x); ${'}'.repeat(60)}`],
    ['2,000 branches in a row', 'if (x) { await client.query(x); } else { client.release(); return; }'.repeat(2_000)],
    [
      'functions that call each other',
      'await a(client); async function a(c) { if (x) return b(c); c.release(); } async function b(c) { await a(c); return b(c); }',
    ],
    ['a variable that is its own value', 'let own = own; own = client; client = own; await own.query(x);'],
  ])('ends on %s', (_name, body) => {
    const head = "import { Pool } from 'pg';\nconst pool = new Pool({ max: 3 });\nexport async function f(x) {\n";
    expect(() => lint(`${head}  let client = await pool.connect();\n  ${body}\n}\n`)).not.toThrow();
  });
});
