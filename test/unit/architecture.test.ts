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
  errors: [],
  wrap: [],
  suggest: [],
  redact: [],
  io: [],
  units: ['errors'],
  version: ['node:fs'],
  'pool-notation': ['errors', 'units'],
  core: ['errors', 'units'],
  explain: ['core', 'errors', 'suggest', 'wrap', 'node:fs'],
  profiles: ['core', 'errors', 'suggest', 'units', 'node:fs', 'valibot', 'yaml'],
  inputs: ['core', 'errors', 'units', 'valibot'],
  simulate: ['core', 'errors', 'units'],
  engines: ['core', 'errors', 'units', 'mysql2', 'node:module', 'node:net', 'node:os', 'node:path', 'pg'],
  inspect: ['core', 'engines', 'errors', 'profiles', 'units'],
  doctor: ['core', 'engines', 'errors', 'inspect', 'suggest', 'units', 'node:dns/promises', 'node:fs', 'node:net'],
  measure: ['core', 'engines', 'errors', 'units', 'node:timers/promises'],
  probe: [
    ...['core', 'engines', 'errors', 'inspect', 'pool-notation', 'profiles', 'simulate', 'units'],
    ...[
      'node:buffer',
      'node:crypto',
      'node:events',
      'node:fs',
      'node:net',
      'node:os',
      'node:perf_hooks',
      'node:timers/promises',
      'node:url',
    ],
    ...['node:worker_threads', 'node:zlib'],
  ],
  embedded: [
    ...['errors', 'node:child_process', 'node:crypto', 'node:events', 'node:fs', 'node:module', 'node:net', 'node:os'],
    ...['node:path', 'node:timers/promises'],
  ],
  emit: ['core', 'errors', 'inputs', 'profiles', 'suggest', 'units', 'yaml'],
  convert: ['core', 'emit', 'errors', 'profiles', 'suggest', 'units', 'yaml'],
  report: [
    'convert',
    'core',
    'doctor',
    'inspect',
    'io',
    'measure',
    'pool-notation',
    'probe',
    'simulate',
    'units',
    'wrap',
    'chalk',
    'cli-table3',
  ],
  completion: ['commands', 'emit', 'engines', 'explain', 'io', 'profiles', 'commander'],
  commands: [
    ...[
      'completion',
      'convert',
      'core',
      'doctor',
      'embedded',
      'emit',
      'engines',
      'errors',
      'explain',
      'inputs',
      'inspect',
      'io',
      'measure',
      'pool-notation',
      'probe',
      'profiles',
      'report',
    ],
    ...['simulate', 'units'],
    ...['version', 'commander', 'node:fs', 'node:os', 'node:path'],
  ],
  cli: ['commands', 'errors', 'io', 'redact', 'version', 'commander'],
  index: ['core', 'errors', 'simulate'],
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
    .filter((name) => name.startsWith('core/'))
    .filter((name) => /Date\b|Math\.random|process\.|performance\b|node:/.test(readFileSync(join(src, name), 'utf8')));
  expect(impure).toEqual([]);
});

it('prints nothing from the middle and never ends the process: only io.ts knows process', () => {
  const knows = files
    .filter((name) => !/^emit\/(?:targets\/|wrappers)/.test(name)) // there, what is written for others does
    .filter((name) =>
      /console\.(log|error)\(|process\.(exit|stdout|stderr|stdin|env|argv)/.test(readFileSync(join(src, name), 'utf8')),
    );
  expect(knows).toEqual(['io.ts']);
});
