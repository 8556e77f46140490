import { describe, expect, it } from 'vitest';
import type { EngineId } from '../../../../src/base/engine.ts';
import { createDraw } from '../../../../src/probe/workload/draw.ts';
import { parseWeightedFile, type SqlSource, sqlWorkload } from '../../../../src/probe/workload/scripts.ts';

const read = (name: string): string => {
  throw new Error(`reads ${name}`);
};

function workload(
  sources: readonly SqlSource[] | string,
  options: { engine?: EngineId; allowWrite?: boolean; id?: number } = {},
) {
  const { engine = 'postgres', allowWrite = false, id } = options;
  const variables = id === undefined ? {} : { id: { kind: 'int', from: id, to: id } as const };
  const all = typeof sources === 'string' ? [{ name: '--sql', text: sources }] : sources;
  return sqlWorkload(all, { engine, variables, allowWrite, prepared: true, read });
}

const texts = (sql: string) => workload(sql).scripts.map(({ statements }) => statements.map(({ text }) => text));

it('one statement is a request of its own, several are one transaction', () => {
  expect(workload('SELECT 1;').scripts[0]).toMatchObject({ isTransaction: false });
  expect(workload('SELECT 1; SELECT 2').scripts[0]).toMatchObject({ isTransaction: true });
});

it.each(['BEGIN; SELECT 1; COMMIT', 'start transaction; SELECT 1; commit work;', 'BEGIN TRANSACTION; SELECT 1; END;'])(
  'takes %s for a transaction, whose brackets poolctl sends itself',
  (text) => {
    expect(texts(text)).toEqual([['SELECT 1']]);
    expect(workload(text).scripts[0]?.isTransaction).toBe(true);
  },
);

it.each([
  ['BEGIN; SELECT 1', /no COMMIT at its end/],
  ['SELECT 1; COMMIT', /no BEGIN at its start/],
  ['BEGIN; SELECT 1; ROLLBACK', /no COMMIT at its end/],
  ['SELECT 1; ROLLBACK; SELECT 2', /ROLLBACK has no place/],
  ['BEGIN; SAVEPOINT a; COMMIT', /SAVEPOINT has no place/],
  ['BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT', /no BEGIN at its start/],
  ['SET statement_timeout = 0', /SET has no place/],
])('refuses %s', (text, message) => {
  const making = () => workload(text, { allowWrite: true });
  expect(making).toThrow(message);
  expect(making).toThrow(expect.objectContaining({ code: 'VALUE_INVALID', hint: expect.any(String) }));
});

it.each(['', ' ;; ', '-- nothing', 'BEGIN; COMMIT'])('refuses %j, which has no statement', (text) => {
  expect(() => workload(text)).toThrow('--sql has no statement in it.');
});

it('refuses what writes without leave, with its place in the file', () => {
  const sources = [{ name: 'a.sql', text: 'SELECT 1;\nDELETE FROM t' }];
  expect(() => workload(sources)).toThrow(/^a\.sql:2: DELETE writes or locks/);
  expect(() => workload(sources)).toThrow(expect.objectContaining({ code: 'WRITE_REFUSED', exitCode: 2 }));
  expect(workload(sources, { allowWrite: true }).readOnly).toBe(false);
  expect(workload('SELECT 1').readOnly).toBe(true);
});

describe('of several files', () => {
  const a = { name: 'a.sql', text: '-- poolctl: weight 3\n-- poolctl: id = int:1..1\nSELECT :id' };
  const b = { name: 'b.sql', text: '-- poolctl: id = int:2..2\nSELECT :id' };

  it('each has its weight', () => {
    expect(workload([a, b]).scripts.map(({ weight }) => weight)).toEqual([3, 1]);
    expect(workload([{ ...a, weight: 7 }, b]).scripts.map(({ weight }) => weight)).toEqual([7, 1]);
    expect(parseWeightedFile('orders.sql@2.5')).toEqual({ file: 'orders.sql', weight: 2.5 });
    expect(parseWeightedFile('a@b.sql')).toEqual({ file: 'a@b.sql' });
    expect(() => parseWeightedFile('a.sql@0')).toThrow(/weight "0"/);
  });

  it('each keeps its own meaning of a name, unless --var gives one for all', () => {
    const drawn = (id?: number) => {
      const draw = createDraw(workload([a, b], id === undefined ? {} : { id }), 1);
      return new Set(Array.from({ length: 100 }, () => draw.next().statements[0]?.values[0]));
    };
    expect(drawn()).toEqual(new Set([1, 2]));
    expect(drawn(9)).toEqual(new Set([9]));
  });
});

it('a name such as constructor is a variable like any other', () => {
  expect(() => workload('SELECT :constructor')).toThrow(/no values are given for the variable :constructor/);
});
