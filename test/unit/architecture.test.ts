import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/**
 * What each part of src may import: other parts, and packages. Files at the top of src are parts of their own.
 * A new edge means a line here, on purpose, in the same change.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: ['node:fs'],
  stats: ['node:buffer', 'node:zlib'],
  embedded: [
    'base',
    'node:child_process',
    'node:crypto',
    'node:events',
    'node:fs',
    'node:module',
    'node:net',
    'node:os',
    'node:path',
    'node:timers/promises',
  ],
  queueing: ['base', 'stats'],
  scalability: ['base', 'stats'],
  documents: ['base', 'queueing', 'valibot'],
  engines: ['base', 'queueing', 'node:net', 'node:os', 'node:path', 'mysql2', 'pg'],
  measurements: ['base', 'queueing'],
  drivers: ['base', 'engines', 'node:module', 'node:net', 'node:path', 'mysql2', 'pg'],
  index: ['base', 'queueing', 'scalability', 'simulate', 'size'],
  main: ['base', 'commands', 'commander'],
  cli: [
    'base',
    'engines',
    'commands',
    'emit',
    'profiles',
    'render',
    'simulate',
    'size',
    'node:fs',
    'node:path',
    'commander',
  ],
  commands: [
    'base',
    'stats',
    'embedded',
    'queueing',
    'engines',
    'measurements',
    'cli',
    'convert',
    'declarations',
    'doctor',
    'emit',
    'inspect',
    'measure',
    'probe',
    'profiles',
    'render',
    'simulate',
    'size',
    'traffic',
    'views',
    'node:fs',
    'node:os',
    'node:path',
    'commander',
  ],
  convert: ['base', 'declarations', 'emit', 'profiles', 'size'],
  declarations: ['base', 'emit', 'profiles', 'size', 'yaml'],
  doctor: ['base', 'engines', 'inspect', 'node:dns/promises', 'node:fs', 'node:net'],
  emit: ['base', 'declarations', 'profiles', 'size', 'yaml'],
  inspect: ['base', 'engines', 'profiles', 'size'],
  measure: [
    'base',
    'stats',
    'queueing',
    'documents',
    'engines',
    'cli',
    'inspect',
    'size',
    'node:timers/promises',
    'valibot',
  ],
  probe: [
    'base',
    'stats',
    'queueing',
    'scalability',
    'documents',
    'engines',
    'drivers',
    'inspect',
    'measure',
    'simulate',
    'size',
    'traffic',
    'views',
    'node:crypto',
    'node:events',
    'node:net',
    'node:os',
    'node:perf_hooks',
    'node:timers/promises',
    'node:worker_threads',
    'valibot',
  ],
  profiles: ['base', 'size', 'node:fs', 'valibot', 'yaml'],
  render: ['base', 'size', 'views', 'chalk', 'cli-table3'],
  simulate: ['base', 'stats', 'queueing', 'size', 'traffic'],
  size: ['base', 'queueing', 'documents', 'cli', 'simulate', 'views', 'valibot'],
  traffic: ['queueing', 'simulate'],
  views: [
    'base',
    'stats',
    'scalability',
    'engines',
    'convert',
    'declarations',
    'doctor',
    'inspect',
    'measure',
    'probe',
    'render',
    'simulate',
    'size',
  ],
};

function partOf(file: string): string {
  return relative(src, file).split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export)\s[\w\s{},*]*?from '([^']+)'/gm),
    ...text.matchAll(/\bimport\('([^']+)'\)/g),
  ];
  return found.map(([, target = '']) => (target.startsWith('.') ? partOf(join(dirname(file), target)) : target));
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

it.each(files)('%s imports only what its part may', (name) => {
  const file = join(src, name);
  const part = partOf(file);
  const beyond = importsOf(file).filter((target) => target !== part && !allowed[part]?.includes(target));
  expect(beyond).toEqual([]);
});

it('keeps the maths pure: no clock, no randomness, no environment', () => {
  const impure = files
    .filter((name) => /^(?:stats|queueing|scalability|size)\//.test(name) && name !== 'size/confirm.ts')
    .filter((name) => /Date\b|Math\.random|process\.|performance\b|node:/.test(readFileSync(join(src, name), 'utf8')));
  expect(impure).toEqual([]);
});

it('prints nothing from the middle and never ends the process: only io.ts knows process', () => {
  const knows = files
    .filter((name) => !/^emit\/(?:targets|parts)\//.test(name)) // there, what is written for others does
    .filter((name) =>
      /console\.(log|error)\(|process\.(exit|stdout|stderr|stdin|env|argv)/.test(readFileSync(join(src, name), 'utf8')),
    );
  expect(knows).toEqual(['base/io.ts']);
});
