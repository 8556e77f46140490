import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isSameStamps, isSettled, stampsOf } from '../../../src/lint/disk/stamps.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-stamps-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'db.ts');
const stamps = () => stampsOf(folder, ['db.ts', 'gone.ts']);

describe('stamps of files', () => {
  it('are the same while nothing changes, and others when a file comes', () => {
    writeFileSync(file, 'one');
    const before = stamps();
    expect(isSameStamps(before, stamps())).toBe(true);
    writeFileSync(join(folder, 'gone.ts'), '');
    expect(isSameStamps(before, stamps())).toBe(false);
    rmSync(join(folder, 'gone.ts'));
    expect(isSameStamps(before, stamps())).toBe(true);
  });

  it('are others for another content of the same size and time', () => {
    writeFileSync(file, 'one');
    utimesSync(file, 1_000, 1_000);
    const before = stamps();
    const { ctimeMs } = statSync(file);
    // Until the clock of the file system goes on.
    for (let tries = 0; tries < 1_000 && statSync(file).ctimeMs === ctimeMs; tries += 1) {
      writeFileSync(file, 'two');
      utimesSync(file, 1_000, 1_000);
    }
    expect(isSameStamps(before, stamps())).toBe(false);
  });

  it('say nothing of files that had just changed', () => {
    writeFileSync(file, 'one');
    const changedMs = statSync(file).ctimeMs;
    expect(isSettled(stamps(), changedMs)).toBe(false);
    expect(isSettled(stamps(), changedMs + 1_900)).toBe(false);
    expect(isSettled(stamps(), changedMs + 2_100)).toBe(true);
    expect(isSettled(stampsOf(folder, ['nowhere.ts']), changedMs)).toBe(true);
  });
});
