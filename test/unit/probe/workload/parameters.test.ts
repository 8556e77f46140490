import { expect, it } from 'vitest';
import type { EngineId } from '../../../../src/base/engine.ts';
import { bindParameters, fillPlaceholders, sqlLiteral } from '../../../../src/probe/workload/parameters.ts';

const bind = (text: string, engine: EngineId = 'postgres') => bindParameters(text, engine, (name) => name, '--sql');

it('gives a name the same number wherever it stands, on PostgreSQL', () => {
  expect(bind('SELECT :b, :a, :b')).toEqual({ text: 'SELECT $1, $2, $1', parameters: ['b', 'a'] });
});

it('repeats a name for each question mark, on MySQL', () => {
  expect(bind('SELECT :b, :a, :b', 'mysql')).toEqual({ text: 'SELECT ?, ?, ?', parameters: ['b', 'a', 'b'] });
});

it.each([
  "SELECT ':a'",
  'SELECT ":a"',
  'SELECT 1 -- :a',
  'SELECT 1 /* :a */',
  "SELECT '1'::text, x::int[]",
  'SELECT numbers[1:2], numbers[low:high], numbers[(1):high], numbers[1:]',
  "SELECT E'\\':a'",
  'SELECT $$ :a $$',
  'SELECT 12:30',
])('sees no variable in %s', (text) => {
  expect(bind(text)).toEqual({ text, parameters: [] });
});

it.each(['SELECT @a := 1', 'SELECT `:a`', "SELECT '\\':a'", 'SELECT 1 # :a'])(
  'sees no variable in %s of MySQL',
  (text) => {
    expect(bind(text, 'mysql')).toEqual({ text, parameters: [] });
  },
);

it.each([
  ['SELECT :a::int', 'SELECT $1::int'],
  ['SELECT numbers[:a], numbers[1: :a], numbers[x+:a]', 'SELECT numbers[$1], numbers[1: $1], numbers[x+$1]'],
  ['SELECT ARRAY[:a,:a]', 'SELECT ARRAY[$1,$1]'],
  ['SELECT x=:a', 'SELECT x=$1'],
  ['SELECT x->:a ? y', 'SELECT x->$1 ? y'],
])('sees the variable in %s', (text, expected) => {
  expect(bind(text).text).toBe(expected);
});

it('refuses a name without values, and shows how to give them', () => {
  const binding = () => bindParameters('SELECT :id', 'mysql', () => undefined, 'a.sql:3');
  expect(binding).toThrow('a.sql:3: no values are given for the variable :id.');
  expect(binding).toThrow(
    expect.objectContaining({ code: 'VALUE_INVALID', hint: expect.stringContaining('--var id=int:1..100000') }),
  );
});

it.each<[string, EngineId]>([
  ['SELECT $1', 'postgres'],
  ['SELECT ?', 'mysql'],
])('refuses %s, since nothing says what it is', (text, engine) => {
  expect(() => bind(text, engine)).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }));
});

it('fills placeholders by number on PostgreSQL and by order on MySQL, outside of quotes', () => {
  expect(fillPlaceholders("SELECT $2, $1, '$1'", 'postgres', [1, 'b'])).toBe("SELECT 'b', '1', '$1'");
  expect(fillPlaceholders("SELECT ?, ?, '?'", 'mysql', [1, 'b'])).toBe("SELECT 1, 'b', '?'");
});

it('makes literals that end where they should', () => {
  expect(sqlLiteral("a'b\\'", 'postgres')).toBe(" E'a''b\\\\'''");
  expect(sqlLiteral("a'b\\'", 'mysql')).toBe("'a''b\\\\'''");
  expect(sqlLiteral(null, 'mysql')).toBe('NULL');
});
