import { describe, expect, it } from 'vitest';
import type { EngineId } from '../../../../src/base/engine.ts';
import type { Session } from '../../../../src/engines/session.ts';
import { areHarmless, namesOfKnown } from '../../../../src/probe/workload/harmless.ts';

const names = (text: string, engine: EngineId = 'postgres') => namesOfKnown(text, engine, 'test');

describe('a statement that calls known functions only', () => {
  it.each([
    'SELECT name FROM orders WHERE id = $1',
    'SELECT count(*), coalesce(max(cents), 0) FROM orders WHERE id IN ($1, $2) GROUP BY customer',
    'WITH few AS (SELECT 1) SELECT * FROM few',
    'SELECT row_number() OVER (ORDER BY id) FROM orders',
    "SELECT 'f(x)' AS text -- g(y)",
  ])('is told by its text: %s', (text) => {
    expect(names(text)).toBeDefined();
  });

  it('has the names that the server is asked about, as the server spells them', () => {
    expect(names('SELECT o."Total" FROM Orders o')).toEqual(['select', 'o', 'Total', 'from', 'orders']);
    expect(names('SELECT `a``b` FROM t', 'mysql')).toContain('a`b');
  });
});

describe('a statement that may call a function of a user', () => {
  it.each<[string, EngineId]>([
    ['SELECT total(id) FROM orders', 'postgres'],
    ['SELECT public.lower(name) FROM orders', 'postgres'],
    ['SELECT "lower"(name) FROM orders', 'postgres'],
    ['SELECT U&"\\0066"(1)', 'postgres'],
    [`SELECT ${'a'.repeat(64)} FROM orders`, 'postgres'],
    ['SELECT total(id) FROM orders', 'mariadb'],
    ['SELECT lower (name) FROM orders', 'mysql'],
    ['SELECT `lower`(name) FROM orders', 'mysql'],
    ['SELECT /*! total(id) */ 1', 'mysql'],
  ])('is not taken for one that does not: %s on %s', (text, engine) => {
    expect(names(text, engine)).toBeUndefined();
  });

  it('is not asked about, and neither is what the server cannot answer taken for harmless', async () => {
    let asked = 0;
    const session = (answer: Record<string, unknown>[]) =>
      ({
        rows: async () => {
          asked += 1;
          return answer;
        },
      }) as unknown as Session;
    expect(await areHarmless(session([{ foreign_code: false }]), 'postgres', ['SELECT total(1)'])).toBe(false);
    expect(asked).toBe(0);
    expect(await areHarmless(session([{ foreign_code: false }]), 'postgres', ['SELECT 1'])).toBe(true);
    expect(await areHarmless(session([{ foreign_code: '0' }]), 'mysql', ['SELECT 1'])).toBe(true);
    for (const answer of [[], [{ foreign_code: true }], [{ foreign_code: 1 }]]) {
      expect(await areHarmless(session(answer), 'postgres', ['SELECT 1'])).toBe(false);
    }
  });
});
