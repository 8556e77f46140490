import { beforeAll, describe, expect, it } from 'vitest';
import { loadFormat, parseEntries } from '../../../src/declarations/formats/index.ts';

beforeAll(() => loadFormat('xml'));

const entriesIn = (text: string) => parseEntries('xml', text, 'a.xml');
const keysIn = (text: string) => Object.fromEntries(entriesIn(text).map(({ key, value }) => [key, value]));

describe('XML', () => {
  it('is a key for each attribute and each text, with dots from the top', () => {
    expect(keysIn('<Context path="/a"><Resource maxActive="5"/><note> two\nlines </note></Context>')).toEqual({
      'Context.path': '/a',
      'Context.Resource.maxActive': '5',
      'Context.note': 'two\nlines',
    });
  });

  it('counts siblings of one name', () => {
    expect(keysIn('<c><r n="1"/><x/><r n="2"/></c>')).toEqual({ 'c.r.0.n': '1', 'c.r.1.n': '2' });
  });

  it('takes a property by the name that an attribute gives it', () => {
    const text = `<b><property name="maxActive" value="5"/><property name='hibernate.c3p0.max_size'>7</property>
      <props><prop key="a.b">1</prop></props><property name="dataSource" ref="main"/></b>`;
    expect(keysIn(text)).toEqual({
      'b.maxActive': '5',
      'b.hibernate.c3p0.max_size': '7',
      'b.props.a.b': '1',
      'b.dataSource': 'main',
    });
  });

  it('knows the line and the place of each key and value, also behind umlauts and CR LF', () => {
    const text =
      '\uFEFF<?xml version="1.0"?>\r\n<!-- Größe 🚀 -->\r\n<c>\r\n  <r a = "x &amp; y" b=\'2\'>\r\n</r><t>9</t></c>';
    const found = entriesIn(text).map(({ key, value, line, keyAt, valueAt }) => [
      ...[key, value, line],
      text.slice(keyAt.start, keyAt.end),
      text.slice(valueAt.start, valueAt.end),
    ]);
    expect(found).toEqual([
      ['c.r.a', 'x & y', 4, 'a', 'x &amp; y'],
      ['c.r.b', '2', 4, 'b', '2'],
      ['c.t', '9', 5, 't', '9'],
    ]);
  });

  it('follows no entity of a DTD', () => {
    const text = '<!DOCTYPE c [<!ENTITY a "secret"><!ENTITY f SYSTEM "file:///etc/passwd">]><c x="&a;">&f;</c>';
    expect(keysIn(text)).toEqual({ 'c.x': '&a;', c: '&f;' });
  });

  it('quotes nothing of a text that is not well-formed', () => {
    const refusal = () => entriesIn('<c>\n<r password="geheim>\n</c>');
    expect(refusal).toThrow(/^a\.xml:\d+: this is not XML that is well-formed\.$/);
  });

  it('refuses what is nested deeper than any configuration', () => {
    expect(() => entriesIn('<a>'.repeat(300) + '</a>'.repeat(300))).toThrow('more in it than in any configuration');
  });
});
