import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../../src/alerts/parse-selector.ts';
import { quoted, selector } from '../../../src/alerts/promql.ts';

const refused = (text: string) => () => parseSelector(text, '--selector');

describe('a selector', () => {
  it.each([
    ['{job="orders"}', undefined, 'x{job="orders"}'],
    ['job="orders"', undefined, 'x{job="orders"}'],
    [`{job='or"ders', stage!~"a|b",}`, undefined, 'x{job="or\\"ders", stage!~"a|b"}'],
    ['postgres-exporter{job=~`a\\d`}', 'postgres-exporter', 'x{job=~"a\\\\d"}'],
    ['{job="a\\\\b\\n"}', undefined, 'x{job="a\\\\b\\n"}'],
  ])('%s is read and written again', (text, source, written) => {
    const read = parseSelector(text, '--selector');
    expect(read.source).toBe(source);
    expect(selector('x', read.matchers)).toBe(written);
  });

  it.each([
    ['', 'it has no condition'],
    ['{}', 'it has no condition'],
    ['{job=orders}', '"job=orders" is not like label="value"'],
    ['{job="a"} or vector(1)', 'is not like label="value"'],
    ['{job="a" stage="b"}', 'between two conditions stands a comma'],
    ['{job="a\\d"}', '\\d is no escape of PromQL'],
    ['{__name__="up"}', 'the names of metrics are what the rule chooses'],
  ])('%s is refused', (text, why) => {
    expect(refused(text)).toThrow(why);
  });

  it('never lets a value out of its quotes', () => {
    expect(quoted('a"} or vector(1) #\\\n')).toBe('"a\\"} or vector(1) #\\\\\\n"');
  });
});
