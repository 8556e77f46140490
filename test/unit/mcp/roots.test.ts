import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { leadsInto, narrowed, rootsFor } from '../../../src/mcp/roots.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'poolctl-roots-')));
const [own, beside] = [join(folder, 'own'), join(folder, 'own-not')];
mkdirSync(join(own, 'src'), { recursive: true });
mkdirSync(beside);
writeFileSync(join(beside, 'secret'), '');
symlinkSync(beside, join(own, 'out'));
symlinkSync(join(beside, 'later'), join(own, 'nowhere'));
symlinkSync(join(own, 'src'), join(beside, 'in'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a path', () => {
  it.each(['.', 'src', 'src/new/file.ts', '..own', '../own-not/in'])('%s leads into the folder', (path) => {
    expect(leadsInto(join(own, path), [own])).toBe(true);
  });

  it.each(['..', '../own-not', 'src/../../own-not/secret', 'out', 'out/secret', 'out/new', '/', '/etc/passwd'])(
    '%s does not',
    (path) => {
      expect(leadsInto(path.startsWith('/') ? path : join(own, path), [own])).toBe(false);
    },
  );

  it('that is a link to nothing does not lead where the link does', () => {
    expect(leadsInto(join(own, 'nowhere'), [own])).toBe(false);
  });
});

describe('the folders of a client', () => {
  it('narrow those of the server', () => {
    expect(narrowed([own], [join(own, 'src')])).toEqual([join(own, 'src')]);
  });

  it('never widen them', () => {
    expect(narrowed([own], [folder, '/'])).toEqual([own]);
    expect(narrowed([own], [beside])).toEqual([]);
    expect(narrowed([own], [join(own, 'out')])).toEqual([]);
    expect(narrowed([own], [])).toEqual([]);
  });
});

it.each(['/', homedir()])('asks for --root where the working folder is %s', (cwd) => {
  expect(() => rootsFor([], cwd)).toThrow(/Which folders may be read/);
  expect(rootsFor([cwd], cwd)).toEqual([realpathSync(cwd)]);
});
