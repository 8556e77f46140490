import { describe, expect, it } from 'vitest';
import { emitSnippet } from '../../../src/emit/run.ts';

const settings = { connectionLimit: 3, queueLimit: 2, acquireTimeoutMs: 500, connectTimeoutMs: 1_500 };
const free = { ...settings, queueLimit: 0, acquireTimeoutMs: 0 };
const targets = ['pg-promise', 'neon', 'slonik', 'bun-sql'];

describe.each(targets)('the snippet for %s', (target) => {
  it('keeps to its lines, and has no marks of types left in any language', async () => {
    for (const language of ['ts', 'js', 'cjs'] as const) {
      const { text } = await emitSnippet(target, { ...settings, queryTimeoutMs: 1_000 }, { language });
      expect(text).not.toMatch(/[⟨⟩⟦⟧]|NaN/);
      expect(text.split('\n').filter((line) => line.length > 120 || line.endsWith(' '))).toEqual([]);
    }
  });

  it('has no wrapper where nothing is to be bounded', async () => {
    expect((await emitSnippet(target, free)).text).not.toMatch(/function (bound|takeTurns)/);
  });

  it('refuses at once where nobody may wait', async () => {
    const { text } = await emitSnippet(target, { ...free, nobodyWaits: true });
    expect(text).toContain("new Error('No connection is free')");
    expect(text).toContain('{ connectionLimit: 3, queueLimit: 0 }');
  });
});

describe('units', () => {
  it('Bun.SQL connects within seconds, Slonik within milliseconds', async () => {
    expect((await emitSnippet('bun-sql', settings)).text).toContain('connectionTimeout: 1.5, // s');
    expect((await emitSnippet('slonik', settings)).text).toContain('connectionTimeout: 1_500, // ms');
  });

  it('Slonik waits for a connection without a limit where 0 would be 1 ms', async () => {
    const { text } = await emitSnippet('slonik', { ...settings, connectTimeoutMs: 0, queryTimeoutMs: 0 });
    expect(text).toContain("connectionTimeout: 'DISABLE_TIMEOUT',");
    expect(text).toContain("statementTimeout: 'DISABLE_TIMEOUT',");
  });
});

it('Bun.SQL on MySQL and MariaDB has no query timeout, and says so', async () => {
  const { text, warnings } = await emitSnippet('bun-sql', { ...free, queryTimeoutMs: 900 }, { engine: 'mariadb' });
  expect(text).toContain("adapter: 'mariadb'");
  expect(text).not.toContain('statement_timeout');
  expect(warnings.map(({ message }) => message).join()).toMatch(/has no query timeout/);
});
