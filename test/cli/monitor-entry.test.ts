import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../helpers/run.ts';

/** Files of dist/ that an import of this one loads, and packages. */
function closureOf(entry: string): {
  readonly files: ReadonlyMap<string, number>;
  readonly packages: ReadonlySet<string>;
} {
  const files = new Map<string, number>();
  const packages = new Set<string>();
  const left = [entry];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (files.has(file)) continue;
    const text = readFileSync(join(root, 'dist', file), 'utf8');
    files.set(file, Buffer.byteLength(text));
    for (const [, target = ''] of text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
      if (target.startsWith('.')) left.push(join(dirname(file), target));
      else packages.add(target);
    }
  }
  return { files, packages };
}

it('an application that imports poolctl/monitor loads under 60 kB of code, no package, and none of the model, drivers or YAML', () => {
  const { files, packages } = closureOf('entries/monitor.js');
  const folders = new Set([...files.keys()].map((name) => name.split('/')[0]));
  expect([...folders].sort()).toEqual(['base', 'entries', 'monitor', 'stats']);
  expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect([...files.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(60_000);
});
