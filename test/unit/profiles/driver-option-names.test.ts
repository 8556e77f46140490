import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { optionsOf } from '../../../src/declarations/options.ts';
import { driverProfiles } from '../../helpers/lint-fixtures.ts';
import { root } from '../../helpers/run.ts';

/** Names at the top of a driver's options: its settings, and `others`. */
function namesOf(id: string): string[] {
  const profile = driverProfiles.get(id);
  if (!profile) throw new Error(`no driver profile ${id}`);
  const settings = optionsOf(profile)
    .filter(({ perCall, of }) => !perCall && of === undefined)
    .map(({ name }) => name.split('.')[0] ?? name);
  return [...new Set([...settings, ...(profile.others ?? []).flatMap(({ names }) => names)])].sort();
}

const source = (path: string) => readFileSync(`${root}node_modules/${path}`, 'utf8');

function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort();
}

/** The keys of an object literal or an interface that begins so. */
function keysIn(path: string, begins: string): string[] {
  const text = source(path);
  const start = text.indexOf(begins);
  if (start < 0) throw new Error(`${path} has no ${begins}`);
  return found(text.slice(start, text.indexOf('\n}', start)), /^\s+(\w+)\??:/gm);
}

test('mysql2: the names are those that its own list takes without a warning', () => {
  const theirs = keysIn('mysql2/lib/connection_config.js', 'const validOptions = {');
  expect(namesOf('mysql2')).toEqual(theirs);
});

test('tarn: the names are those that it does not refuse', () => {
  const text = source('tarn/dist/Pool.js');
  const start = text.indexOf('const allowedKeys = {');
  const theirs = found(text.slice(start, text.indexOf('}', start)), /^\s+(\w+): true/gm);
  expect(namesOf('tarn')).toEqual(theirs);
});

test.each([
  ['mysql', ['mysql/lib/ConnectionConfig.js', 'mysql/lib/PoolConfig.js'], /\boptions\.(\w+)/g, []],
  [
    'mariadb',
    ['mariadb/lib/config/connection-options.js', 'mariadb/lib/config/pool-options.js'],
    /\bopts\.(\w+)/g,
    ['logPackets'], // Of its types only.
  ],
  ['generic-pool', ['generic-pool/lib/PoolOptions.js'], /\bopts\.(\w+)/g, []],
  [
    'pg',
    ['pg/lib/client.js', 'pg/lib/connection-parameters.js', 'pg-pool/index.js'],
    /(?:\b(?:c|config|options)\.|val\('|'(?=password' in options))(\w+)/g,
    [],
  ],
])('%s: the names are those that it reads', (id, files, pattern, more) => {
  const noOptions = ['submit', 'parsed', 'key', 'replace', 'indexOf', 'length'];
  const theirs = found(files.map(source).join('\n'), pattern).filter((name) => !noOptions.includes(name));
  expect(namesOf(id)).toEqual([...theirs, ...more].sort());
});

test('postgres: the names are those of its types, and the old ones that it reads', () => {
  const text = source('postgres/src/index.js');
  const start = text.indexOf('function parseOptions');
  const body = text.slice(start, text.indexOf('\nfunction ', start + 1));
  const read = found(body, /\bo\.(\w+)/g);
  const defaults = found(body.slice(body.indexOf('const defaults'), body.indexOf('return {')), /^\s+(\w+)\s*:/gm);
  const names = namesOf('postgres');
  expect(names).toEqual(expect.arrayContaining([...read, ...defaults]));
  expect(names.filter((name) => ![...read, ...defaults, 'shared', 'no_subscribe'].includes(name))).toEqual([]);
});
