import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../src/emit/merge/diff.ts';
import { mergeLines } from '../../../src/emit/merge/lines.ts';
import { mergeYaml } from '../../../src/emit/merge/yaml.ts';

describe('settings put into a file of key = value lines', () => {
  it('change in their own lines, and all else stays', () => {
    const before = '# mine\nDB_HOST=db  # keep\nPOOL=10\n\nOTHER="a b"\n';
    expect(mergeLines(before, 'POOL=90\n', '.env')).toBe('# mine\nDB_HOST=db  # keep\nPOOL=90\n\nOTHER="a b"\n');
  });

  it('are added at the end, in the way that the file writes them', () => {
    expect(mergeLines('a = 1\n', 'b=2', 'x.properties')).toBe('a = 1\nb = 2\n');
    expect(mergeLines('a=1', 'b = 2', 'x.properties')).toBe('a=1\nb=2\n');
  });

  it('stay in their section', () => {
    const before = '[databases]\napp = host=db\n\n[pgbouncer]\nlisten_port = 6432\n\n[users]\nx = pool_size=1\n';
    const snippet = '[databases]\nother = host=x\n[pgbouncer]\nlisten_port = 7000\nmax_client_conn = 300\n';
    expect(mergeLines(before, snippet, 'pgbouncer.ini', ['pgbouncer'])).toBe(
      '[databases]\napp = host=db\n\n[pgbouncer]\nlisten_port = 7000\nmax_client_conn = 300\n\n[users]\nx = pool_size=1\n',
    );
  });

  it('bring their section with them where there is none', () => {
    expect(mergeLines('[databases]\napp = host=db\n', '[pgbouncer]\nmax_client_conn = 3\n', 'f', ['pgbouncer'])).toBe(
      '[databases]\napp = host=db\n\n[pgbouncer]\nmax_client_conn = 3\n',
    );
  });

  it('are refused where the file sets one twice', () => {
    expect(() => mergeLines('a=1\na=2\n', 'a=3', '.env')).toThrow('.env sets a 2 times');
  });

  it('lose no line of any file', () => {
    const key = fc.constantFrom('a', 'b', 'c.d', 'E_F');
    const line = fc.oneof(
      fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.nat()).map(([name, value]) => `${name}${value}=${value}`),
      fc.constantFrom('', '# a=1', '; b=2', 'free text'),
    );
    fc.assert(
      fc.property(fc.array(line), key, fc.nat(), (lines, name, value) => {
        const before = lines.join('\n');
        const after = mergeLines(before, `${name}=${value}`, 'f');
        for (const kept of lines.filter((text) => text !== '')) expect(after.split('\n')).toContain(kept);
        expect(after).toMatch(new RegExp(`^${name.replace('.', '\\.')} ?= ?${value}$`, 'm'));
        expect(mergeLines(after, `${name}=${value}`, 'f')).toBe(after);
      }),
    );
  });
});

describe('settings put into YAML', () => {
  const snippet = 'spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 36\n      connection-timeout: 2880\n';

  it('change where they stand, with comments and order kept', () => {
    const before =
      '# mine\nspring:\n  datasource:\n    url: jdbc:x # keep\n    hikari: # the pool\n      maximum-pool-size: 10 # was a guess\n      pool-name: app\nserver:\n  port: 80\n';
    expect(mergeYaml(before, snippet, 'application.yml')).toBe(
      '# mine\nspring:\n  datasource:\n    url: jdbc:x # keep\n    hikari: # the pool\n      maximum-pool-size: 36 # was a guess\n      pool-name: app\n      connection-timeout: 2880\nserver:\n  port: 80\n',
    );
  });

  it('are added below the nearest parent', () => {
    expect(mergeYaml('spring:\n    application:\n        name: x\n', snippet, 'f')).toBe(
      'spring:\n    application:\n        name: x\n    datasource:\n      hikari:\n        maximum-pool-size: 36\n        connection-timeout: 2880\n',
    );
    expect(mergeYaml('a: 1', snippet, 'f')).toBe(`a: 1\n${snippet}`);
    expect(mergeYaml('', snippet, 'f')).toBe(snippet);
  });

  it('are refused where a parent is no block, or the file is no YAML', () => {
    expect(() => mergeYaml('spring: {datasource: {url: x}}\n', snippet, 'f')).toThrow('is not a block');
    expect(() => mergeYaml('spring: [\n', snippet, 'f')).toThrow('f: ');
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
