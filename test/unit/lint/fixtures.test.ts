import { describe, expect, it } from 'vitest';
import { rules } from '../../../src/lint/rules/index.ts';
import { lintFixture, marksOf, readFixtures } from '../../helpers/lint-fixtures.ts';

const fixtures = readFixtures();

describe('every fixture', () => {
  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))(
    '%s has the findings that its marks expect, and no other',
    (_name, fixture) => {
      expect(lintFixture(fixture).sort()).toEqual([...marksOf(fixture).expect].sort());
    },
  );

  it('is in the folder of a rule', () => {
    expect(fixtures.filter(({ rule }) => rules[rule] === undefined).map(({ name }) => name)).toEqual([]);
  });
});

describe.each(Object.keys(rules))('the rule %s', (id) => {
  const marks = fixtures.filter(({ rule }) => rule === id).map(marksOf);
  const count = (kind: 'expect' | 'ok') =>
    marks.flatMap((found) => found[kind]).filter((place) => place.endsWith(` ${id}`)).length;

  it('has fixtures, with as many negatives as positives', () => {
    expect(count('expect')).toBeGreaterThan(0);
    expect(count('ok')).toBeGreaterThanOrEqual(count('expect'));
  });
});

// Vitest wants a test in each suite.
it('reads a mark at the end of a line, and alone above it', () => {
  const texts = new Map([
    ['a.ts', 'one(); // expect: x, y\n  // ok: x\ntwo();\n'],
    ['b.yaml', '# expect: z\nkey: 1 # ok: z\n'],
    ['expected.txt', 'c.json:3 x\nok c.json:4 x\n'],
  ]);
  expect(marksOf({ texts })).toEqual({
    expect: ['a.ts:1 x', 'a.ts:1 y', 'b.yaml:2 z', 'c.json:3 x'],
    ok: ['a.ts:3 x', 'b.yaml:2 z', 'c.json:4 x'],
  });
});
