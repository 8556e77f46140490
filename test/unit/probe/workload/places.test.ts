import { expect, it } from 'vitest';
import { tableColumnOf, tablesOf } from '../../../../src/probe/workload/stats/places.ts';
import { tokenMeaning, tokensOf } from '../../../../src/probe/workload/tokens.ts';

const tokens = (text: string) => tokenMeaning(tokensOf(text, 'postgres', 'a'));

function places(text: string) {
  const all = tokens(text);
  return all.flatMap(({ kind }, index) => {
    if (kind !== 'placeholder') return [];
    const place = tableColumnOf(all, index, 'postgres');
    if (place?.kind !== 'column') return [place?.kind];
    return [place.qualifier === undefined ? place.column : `${place.qualifier}.${place.column}`];
  });
}

it.each([
  ['SELECT a FROM t WHERE id = $1', ['id']],
  ['SELECT a FROM t WHERE (t.id = $1::int) AND "Odd" = $2', ['t.id', 'Odd']],
  ['SELECT a FROM s.t WHERE s.t.id=$1', ['t.id']],
  ['SELECT a FROM t WHERE $1 = id AND b = $2', ['id', 'b']],
  ['SELECT a FROM t WHERE u.id IN ($1, $2) AND b = $3', ['u.id', 'u.id', 'b']],
  ['SELECT a FROM t ORDER BY b LIMIT $1 OFFSET $2', ['limit', 'offset']],
  ['SELECT a FROM t FETCH FIRST $1 ROWS ONLY', ['limit']],
  ['SELECT $1 AS a FROM t', [undefined]],
  ['SELECT a FROM t WHERE a + b = $1', [undefined]],
  ['SELECT a FROM t WHERE b = $1 + $2', [undefined, undefined]],
  ['SELECT a FROM t WHERE lower(b) = $1', [undefined]],
  ['SELECT a FROM t WHERE b > $1', [undefined]],
  ['SELECT a FROM t WHERE b NOT IN ($1)', [undefined]],
  ['SELECT a FROM t WHERE b = ANY ($1)', [undefined]],
  ['SELECT a FROM t WHERE b LIKE $1', [undefined]],
])('knows what the placeholders stand for in %s', (text, expected) => {
  expect(places(text)).toEqual(expected);
});

it.each([
  ['SELECT 1 FROM t', [['t', 't']]],
  [
    'SELECT 1 FROM s.t AS x JOIN ONLY "U u" y ON x.a = y.a',
    [
      ['s.t', 'x'],
      ['U u', 'y'],
    ],
  ],
  [
    'SELECT 1 FROM Orders o, items WHERE true',
    [
      ['orders', 'o'],
      ['items', 'items'],
    ],
  ],
  ['SELECT 1 FROM (SELECT 2 FROM u) AS v', [['u', 'u']]],
])('finds the tables of %s', (text, expected) => {
  const found = tablesOf(tokens(text), 'postgres').map(({ schema, table, alias }) => [
    schema === undefined ? table : `${schema}.${table}`,
    alias,
  ]);
  expect(found).toEqual(expected);
});
