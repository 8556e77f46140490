import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { unifiedDiff } from '../../../src/emit/merge/diff.ts';
import { mergeLines } from '../../../src/emit/merge/lines.ts';
import type { MergeForm } from '../../../src/emit/merge/met.ts';
import { mergeYaml } from '../../../src/emit/merge/yaml.ts';
import type { Assignment } from '../../../src/emit/target.ts';

/** `a.b=3` as an assignment. */
function said(line: string): Assignment {
  const [key = '', value = ''] = line.split(/ ?= ?/);
  return { path: key.split('.'), value, of: 'connectionLimit' };
}

const properties: MergeForm = { format: 'properties' };
const dotenv: MergeForm = { format: 'dotenv' };
const ini: MergeForm = { format: 'ini', section: 'pgbouncer' };

function lines(existing: string, added: readonly string[], form: MergeForm = properties): string {
  return mergeLines(existing, added.map(said), form, 'the.file').text;
}

describe('settings put into a file of key = value lines', () => {
  it('change in their own lines, and all else stays', () => {
    const before = '# mine\nDB_HOST=db  # keep\nPOOL=10\n\nOTHER="a b"\n';
    expect(lines(before, ['POOL=90'], dotenv)).toBe('# mine\nDB_HOST=db  # keep\nPOOL=90\n\nOTHER="a b"\n');
  });

  it('leave a comment behind a value where it is one: in .env, not in properties', () => {
    expect(lines('export POOL="10"  # was a guess\n', ['POOL=90'], dotenv)).toBe('export POOL=90  # was a guess\n');
    expect(lines('POOL=10 # part of the value\n', ['POOL=90'])).toBe('POOL=90\n');
  });

  it('are added at the end, in the way that the file writes them', () => {
    expect(lines('a = 1\n', ['b=2'])).toBe('a = 1\nb = 2\n');
    expect(lines('a=1', ['b=2'])).toBe('a=1\nb=2\n');
    expect(lines('a=1\n\n', ['b=2'])).toBe('a=1\nb=2\n\n');
  });

  it('stay in their section', () => {
    const before = '[databases]\nsize = host=db\n\n[pgbouncer]\nlisten_port = 6432\n\n[users]\nsize = pool_size=1\n';
    expect(lines(before, ['listen_port=7000', 'size=300'], ini)).toBe(
      '[databases]\nsize = host=db\n\n[pgbouncer]\nlisten_port = 7000\nsize = 300\n\n[users]\nsize = pool_size=1\n',
    );
  });

  it('bring their section with them where there is none', () => {
    expect(lines('[databases]\napp = host=db\n', ['size=3'], ini)).toBe(
      '[databases]\napp = host=db\n\n[pgbouncer]\nsize = 3\n',
    );
  });

  it('are refused where the file sets one twice, in whatever spelling', () => {
    expect(() => lines('a=1\na=2\n', ['a=3'])).toThrow('the.file sets a more than once');
    const spring: MergeForm = { format: 'properties', isSpring: true };
    expect(() => lines('x.pool-size=1\nx.poolSize=2\n', ['x.pool-size=3'], spring)).toThrow('more than once');
  });

  it('are found in every spelling that Spring Boot takes, and only there', () => {
    for (const key of ['spring.datasource.hikari.maximumPoolSize', 'spring.datasource.hikari.maximum_pool_size']) {
      const added = ['spring.datasource.hikari.maximum-pool-size=9'];
      expect(lines(`${key}=1\n`, added, { format: 'properties', isSpring: true })).toBe(`${key}=9\n`);
      expect(lines(`${key}=1\n`, added)).toBe(`${key}=1\n${added}\n`);
    }
  });

  const key = fc.constantFrom('a', 'b', 'c.d', 'E_F');
  const line = fc.oneof(
    fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.nat()).map(([name, value]) => `${name}${value}=${value}`),
    fc.constantFrom('', '# a=1', '; b=2', 'free text'),
  );

  it('lose no line of any file', () => {
    fc.assert(
      fc.property(fc.array(line), key, fc.nat(), (existing, name, value) => {
        const before = existing.join('\n');
        const after = lines(before, [`${name}=${value}`]);
        for (const kept of existing.filter((text) => text !== '')) expect(after.split('\n')).toContain(kept);
        expect(after).toMatch(new RegExp(`^${name.replace('.', '\\.')} ?= ?${value}$`, 'm'));
        expect(lines(after, [`${name}=${value}`])).toBe(after);
      }),
    );
  });

  it('end as the lines of the file end, changed and added ones too', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.boolean(), fc.nat(), (existing, isThere, value) => {
        const before = [...existing, ...(isThere ? ['a=1'] : []), ''].join('\n');
        fc.pre(before.trim() !== '');
        const windows = (text: string) => text.replaceAll('\n', '\r\n');
        expect(lines(windows(before), [`a=${value}`, 'b=2'])).toBe(windows(lines(before, [`a=${value}`, 'b=2'])));
      }),
    );
  });

  it('end as most lines do where the file has both kinds, and where its last line has no end', () => {
    expect(lines('a=1\r\nb=2\r\nc=3\n', ['a=9', 'd=4'])).toBe('a=9\r\nb=2\r\nc=3\nd=4\r\n');
    expect(lines('a=1\r\nb=2', ['c=3'])).toBe('a=1\r\nb=2\r\nc=3\r\n');
    expect(lines('[pgbouncer]\r\na = 1\r\n\r\n[users]\r\n', ['c=3'], ini)).toBe(
      '[pgbouncer]\r\na = 1\r\nc = 3\r\n\r\n[users]\r\n',
    );
  });
});

describe('settings put into YAML', () => {
  const settings = [
    'spring.datasource.hikari.maximum-pool-size=36',
    'spring.datasource.hikari.connection-timeout=2880',
  ];
  const yaml = (existing: string, isSpring = true) =>
    mergeYaml(existing, settings.map(said), { isSpring }, 'the.yml').text;
  const block = 'spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 36\n      connection-timeout: 2880\n';

  it('change where they stand, with comments and order kept', () => {
    const before =
      '# mine\nspring:\n  datasource:\n    url: jdbc:x # keep\n    hikari: # the pool\n      maximum-pool-size: 10 # was a guess\n      pool-name: app\nserver:\n  port: 80\n';
    const after =
      '# mine\nspring:\n  datasource:\n    url: jdbc:x # keep\n    hikari: # the pool\n      maximum-pool-size: 36 # was a guess\n      pool-name: app\n      connection-timeout: 2880\nserver:\n  port: 80\n';
    expect(yaml(before)).toBe(after);
    expect(yaml(before.replaceAll('\n', '\r\n'))).toBe(after.replaceAll('\n', '\r\n'));
  });

  it('are added below the nearest parent', () => {
    const before = 'spring:\n    application:\n        name: x\n';
    const after = `${before}    datasource:\n      hikari:\n        maximum-pool-size: 36\n        connection-timeout: 2880\n`;
    expect(yaml(before)).toBe(after);
    expect(yaml(before.replaceAll('\n', '\r\n'))).toBe(after.replaceAll('\n', '\r\n'));
    expect(yaml('a: 1')).toBe(`a: 1\n${block}`);
    expect(yaml('a: 1\r\nb: 2')).toBe(`a: 1\r\nb: 2\r\n${block.replaceAll('\n', '\r\n')}`);
    expect(yaml('')).toBe(block);
  });

  it('are found below keys with dots, and in another spelling', () => {
    expect(yaml('spring.datasource.hikari.maximumPoolSize: 10\n')).toBe(
      `spring.datasource.hikari.maximumPoolSize: 36\n${block.replace(/.*maximum-pool-size.*\n/, '')}`,
    );
    expect(yaml('spring.datasource:\n  hikari:\n    maximum_pool_size: 10\n')).toBe(
      'spring.datasource:\n  hikari:\n    maximum_pool_size: 36\n    connection-timeout: 2880\n',
    );
  });

  it('get a value where there was none', () => {
    for (const none of ['', ' ', ' # none', ' ~', ' null']) {
      const { text } = mergeYaml(`pool:\n  a:${none}\n  b: 1\n`, [said('pool.a=3')], {}, 'the.yml');
      expect(parse(text)).toEqual({ pool: { a: 3, b: 1 } });
      expect(text.split('\n')).toHaveLength(4);
    }
  });

  it('are found behind a byte order mark', () => {
    expect(yaml(`\uFEFF${block.replace('36', '10')}`)).toBe(`\uFEFF${block}`);
  });

  it('are refused where a parent is no block, a key is there twice, or the file is no YAML', () => {
    expect(() => yaml('spring: {datasource: {url: x}}\n')).toThrow('is not a block');
    expect(() => yaml(`${block}spring.datasource.hikari.maximumPoolSize: 1\n`)).toThrow('more than once');
    expect(() => yaml('spring: [\n')).toThrow('the.yml: ');
    for (const other of ['- a\n', 'text\n', 'a: 1\n...\n']) expect(() => yaml(other)).toThrow('the.yml: ');
    expect(() => yaml('a: 1\r\n---\r\nb: 2\r\n')).toThrow('several documents');
  });
});

describe('the difference', () => {
  it('is a unified diff that says which lines go and come', () => {
    expect(unifiedDiff('a\nb\nc\n', 'a\nB\nc\n', 'f')).toBe('--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c');
    expect(unifiedDiff('', 'a\n', 'f')).toBe('--- /dev/null\n+++ f\n@@ -0,0 +1,1 @@\n+a');
    expect(unifiedDiff('a\n', 'a\n', 'f')).toBe('');
  });

  it('has each change in a hunk of its own where they are far apart', () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    const after = before.replace('line 2\n', 'x\n').replace('line 25', 'y');
    expect(unifiedDiff(before, after, 'f').match(/^@@/gm)).toHaveLength(2);
  });
});
