import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache.ts';
import { isLibrary, unpackDebian } from './debian.ts';
import { ownLoader } from './own-loader.ts';

const packages = [
  'python3-aiomysql',
  'python3-asyncpg',
  'python3-django',
  'python3-greenlet',
  'python3-psycopg',
  'python3-psycopg-pool',
  'python3-pymysql',
  'python3-sqlalchemy',
];

/** A program and the variables that it needs beside those of this process. */
export interface Python {
  readonly command: readonly [command: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Python of Debian unstable with the pools that poolctl writes for, unpacked and not installed: the machine's own has
 * other versions of them, or none.
 */
export async function debianPython(): Promise<Python> {
  const folder = await cached(`python-pools-${process.arch}`, async (target) => {
    console.log('live: fetching Python with its pools from Debian unstable');
    await unpackDebian(packages, target, 'sid', (name) => isLibrary(name) || name.startsWith('python3'));
    const { command, env } = pythonIn(target);
    const [program, ...args] = command;
    // As the packages do when they are installed: without it each start takes seconds.
    const compile = ['-m', 'compileall', '-qq', '-x', '/(?:tests?|contrib|locale)/', join(target, 'usr/lib')];
    await promisify(execFile)(program, [...args, ...compile], { env: { ...process.env, ...env } });
  });
  return pythonIn(folder);
}

function pythonIn(folder: string): Python {
  const usr = join(folder, 'usr');
  const version = readdirSync(join(usr, 'bin')).find((name) => /^python3\.\d+$/.test(name)) ?? 'python3';
  return {
    command: ownLoader(folder, `usr/bin/${version}`),
    env: { PYTHONHOME: usr, PYTHONPATH: join(usr, 'lib/python3/dist-packages') },
  };
}
