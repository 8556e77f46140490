import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitStatements } from '../../../../src/probe/workload/split.ts';
import { tokensOf } from '../../../../src/probe/workload/tokens.ts';

const engines = ['postgres', 'mysql', 'mariadb'] as const;
type Engine = (typeof engines)[number];

const split = (text: string, engine: Engine = 'postgres') =>
  splitStatements(text, engine, 'a.sql').map((statement) => statement.text);

describe.each(engines)('on %s', (engine) => {
  it.each([
    ["SELECT ';'; SELECT 2", ["SELECT ';'", 'SELECT 2']],
    ["SELECT 'it''s;'; SELECT 2", ["SELECT 'it''s;'", 'SELECT 2']],
    ['SELECT 1 -- a; b\n; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ['SELECT 1 /* ; */ + 1; SELECT 2', ['SELECT 1 /* ; */ + 1', 'SELECT 2']],
    [';;SELECT 1;\n;  ; -- end', ['SELECT 1']],
    ['-- first\n/* more */ SELECT 1', ['SELECT 1']],
    ['/*+ hint */ SELECT 1', ['/*+ hint */ SELECT 1']],
    ['-- nothing', []],
  ])('splits %j', (text, expected) => {
    expect(split(text, engine)).toEqual(expected);
  });

  it.each([
    "SELECT 'open",
    'SELECT "open',
    'SELECT 1 /* open',
    engine === 'postgres' ? 'SELECT $a$ open $b$' : 'SELECT `open',
  ])('refuses %j, and says in which line it begins', (text) => {
    expect(() => split(`SELECT 1;\n${text}`, engine)).toThrow(
      /^a\.sql: A (quote|comment) that begins in line 2 has no end/,
    );
  });

  it('gives back the whole text, piece by piece', () => {
    const piece = fc.constantFrom(
      "'a;''b'",
      '"c"',
      'word',
      ' ',
      '\n',
      '-- x\n',
      '/* y */',
      ':v',
      '::',
      ':=',
      '[',
      ']',
      '1.5',
      '$',
      '?',
      '(',
      '#',
      '@',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        let tokens: string[];
        try {
          tokens = tokensOf(text, engine, 'a.sql').map((token) => token.text);
        } catch {
          return;
        }
        expect(tokens.join('')).toBe(text);
      }),
    );
  });

  it('splits statements that were joined by semicolons', () => {
    const common = ["'a;''b'", '"c;d"', 'col', '1', '+', '( x )', '/* ; */', '-- ;\n', 'END;'.slice(0, 3)];
    const own: Readonly<Record<Engine, readonly string[]>> = {
      postgres: ["E'\\';'", '$$;$$', '$tag$ ; $$ ; $tag$', '/* /* ; */ ; */', '"a"";"', "'\\'", 'a$b$c'],
      mysql: ["'\\';'", '"\\";"', '`;`', '# ;\n', '5--1'],
      mariadb: ["'\\';'", '"\\";"', '`;`', '# ;\n', '5--1'],
    };
    const statement = fc
      .array(fc.constantFrom(...common, ...own[engine]), { minLength: 1, maxLength: 8 })
      .map((pieces) => `SELECT ${pieces.join(' ')} x`);
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), (statements) => {
        expect(split(statements.join(' ;\n'), engine)).toEqual(statements);
      }),
    );
  });
});

it.each([
  ["SELECT E'\\';'; SELECT 2", ["SELECT E'\\';'", 'SELECT 2']],
  ["SELECT '\\'; SELECT 2", ["SELECT '\\'", 'SELECT 2']],
  ['SELECT $$;$$; SELECT $x$ ; $$ $x$', ['SELECT $$;$$', 'SELECT $x$ ; $$ $x$']],
  ['SELECT a$b$; SELECT c$b$', ['SELECT a$b$', 'SELECT c$b$']],
  [
    'SELECT 1 /* /* */ ; */; SELECT 2',
    ['SELECT 1 /* /* */ ; */', 'SELECT 2'].map((text) => text.replace(' /* /* */ ; */', '')),
  ],
  ['SELECT 5 # 3; SELECT 2', ['SELECT 5 # 3', 'SELECT 2']],
])('knows quotes and comments of PostgreSQL: %j', (text, expected) => {
  expect(split(text, 'postgres')).toEqual(expected);
});

it.each([
  ["SELECT '\\';'; SELECT 2", ["SELECT '\\';'", 'SELECT 2']],
  ['SELECT `;`; SELECT 2', ['SELECT `;`', 'SELECT 2']],
  ['SELECT 5 # 3; \n; SELECT 2', ['SELECT 5', 'SELECT 2']],
  ['SELECT 5--1; SELECT 2', ['SELECT 5--1', 'SELECT 2']],
  ['SELECT 1 /* /* ; */; SELECT 2', ['SELECT 1', 'SELECT 2']],
])('knows quotes and comments of MySQL: %j', (text, expected) => {
  expect(split(text, 'mysql')).toEqual(expected);
});

it('says in which line each statement begins', () => {
  expect(splitStatements('-- x\nSELECT 1;\n\n\nSELECT 2', 'mysql', 'a.sql').map(({ line }) => line)).toEqual([2, 5]);
});
