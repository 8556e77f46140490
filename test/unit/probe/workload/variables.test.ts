import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../../src/probe/workload/csv.ts';
import { parseDirectives } from '../../../../src/probe/workload/directives.ts';
import { parseVariable } from '../../../../src/probe/workload/variables.ts';

const files: Readonly<Record<string, string>> = {
  'users.csv': '\uFEFFid,"full ""name"""\r\n007,"Doe, Jane"\r\n8,"two\nlines"\r\n',
  'c:/plain.csv': '1\n2\n',
  'short.csv': 'id,name\n1,a\n2\n',
  'empty.csv': '',
  'broken.csv': 'id\n1"2\n',
};
const read = (name: string) => files[name] ?? '';
const law = (spec: string) => parseVariable(`id=${spec}`, read).law;

it.each([
  ['int:1..100000', { kind: 'int', from: 1, to: 100_000 }],
  ['int:-5..5', { kind: 'int', from: -5, to: 5 }],
  ['zipf:1..1000', { kind: 'zipf', from: 1, to: 1_000, exponent: 1 }],
  ['zipf:1..1000:0.8', { kind: 'zipf', from: 1, to: 1_000, exponent: 0.8 }],
  ['uuid', { kind: 'uuid' }],
  ['list:a,b,"c,d"', { kind: 'list', values: ['a', 'b', 'c,d'] }],
  ['list:1,2.5,"3",004', { kind: 'list', values: [1, 2.5, '3', '004'] }],
  ['csv:users.csv:id', { kind: 'list', values: ['007', '8'] }],
  ['csv:users.csv:full "name"', { kind: 'list', values: ['Doe, Jane', 'two\nlines'] }],
  ['csv:c:/plain.csv:1', { kind: 'list', values: ['1', '2'] }],
])('reads %s', (spec, expected) => {
  expect(law(spec)).toEqual(expected);
});

it.each([
  ['int', 'VALUE_INVALID'],
  ['int:1-5', 'VALUE_INVALID'],
  ['int:9..1', 'VALUE_INVALID'],
  ['int:1..9007199254740993', 'VALUE_INVALID'],
  ['zipf:1..10:0', 'VALUE_INVALID'],
  ['zipf:1..10:x', 'VALUE_INVALID'],
  ['uuid:4', 'VALUE_INVALID'],
  ['list:', 'VALUE_INVALID'],
  ['gauss:1..5', 'VALUE_INVALID'],
  ['csv:users.csv', 'VALUE_INVALID'],
  ['csv:users.csv:nobody', 'INPUT_INVALID'],
  ['csv:short.csv:name', 'INPUT_INVALID'],
  ['csv:empty.csv:1', 'INPUT_INVALID'],
  ['csv:broken.csv:id', 'INPUT_INVALID'],
])('refuses %s', (spec, code) => {
  expect(() => law(spec)).toThrow(expect.objectContaining({ code, hint: expect.any(String) }));
});

it('refuses a variable without a name', () => {
  expect(() => parseVariable('int:1..5', read)).toThrow(/--var "int:1..5" is not a name with values/);
});

describe('CSV', () => {
  it('reads back any fields that were written by RFC 4180', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', 'é') });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const text = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',') + end).join('');
        expect(parseCsv(text, 'a.csv').map((row) => row.map((each) => each.text))).toEqual(rows);
      }),
    );
  });

  it('names the line of what it cannot read', () => {
    expect(() => parseCsv('a\nb"c\n', 'a.csv')).toThrow(/^a\.csv:2:/);
  });
});

describe('the first lines of a script', () => {
  it('declare variables and a weight', () => {
    const text =
      '\n-- Orders of a user.\n-- poolctl: id = zipf:1..10\n--poolctl: weight 2.5\nSELECT 1;\n-- poolctl: late = uuid\n';
    expect(parseDirectives(text, 'a.sql', read)).toEqual({
      weight: 2.5,
      variables: { id: { kind: 'zipf', from: 1, to: 10, exponent: 1 } },
    });
  });

  it.each([
    ['-- poolctl: wait 3', 'INPUT_INVALID'],
    ['-- poolctl: weight 0', 'VALUE_INVALID'],
    ['-- poolctl: id = int:x', 'VALUE_INVALID'],
  ])('are refused with their place where they say %s', (text, code) => {
    const parsing = () => parseDirectives(`\n${text}`, 'a.sql', read);
    expect(parsing).toThrow(/^a\.sql:2:/);
    expect(parsing).toThrow(expect.objectContaining({ code }));
  });
});
