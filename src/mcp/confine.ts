import child_process from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leadsInto } from './roots.ts';

/** What the code of one thread may touch. */
export interface Confinement {
  /** Folders that may be read; undefined for all. */
  readonly readable?: readonly string[] | undefined;
  /** Connect, and run the programs that the user's own file of targets names. */
  readonly mayAskServers: boolean;
}

/** Functions of node:fs that read the path they are given; those that take no path are known by their names. */
const readers = [
  'access',
  'createReadStream',
  'exists',
  'lstat',
  'open',
  'openAsBlob',
  'opendir',
  'readdir',
  'readFile',
  'readlink',
  'realpath',
  'stat',
  'statfs',
];
const pathless = /^(?:f(?:stat|sync|datasync|truncate|utimes|chmod|chown)|close|readv?|writev?|_toUnixTimestamp)$/;

type AnyFunction = (this: unknown, ...args: readonly unknown[]) => unknown;

/**
 * Bounds this thread before any other code of poolctl is loaded: nothing is written, only files inside the folders are read
 * (and poolctl's own), and no server is reached. Checks of arguments come before; this also holds for what files name.
 */
export function confineThread({ readable, mayAskServers }: Confinement): void {
  const allowed = readable && [...readable, ...ownFolders()];
  const guard = (path: unknown) => {
    if (typeof path === 'number' || allowed === undefined) return;
    if (!leadsInto(pathOf(path), allowed)) throw refused('reads', path);
  };
  guardAll(fs as unknown as Record<string, unknown>, guard);
  guardAll(fs.promises as unknown as Record<string, unknown>, guard, true);
  if (!mayAskServers) {
    for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
      Object.assign(child_process, {
        [name]: (program: unknown) => {
          throw refused('starts', program);
        },
      });
    }
    Object.assign(net.Socket.prototype, {
      connect: () => {
        throw refused('reaches', 'no server');
      },
    });
  }
  syncBuiltinESMExports();
}

function guardAll(module: Record<string, unknown>, guard: (path: unknown) => void, isPromised = false): void {
  for (const [name, value] of Object.entries(module)) {
    if (typeof value !== 'function' || /^[A-Z]/.test(name)) continue;
    const plain = name.replace(/Sync$/, '');
    if (pathless.test(plain)) continue;
    const call = value as AnyFunction;
    const isReader = readers.includes(plain);
    const check = (args: readonly unknown[]) => {
      if (!isReader) throw refused('writes', args[0]);
      if (plain === 'open' && writes(args[1])) throw refused('writes', args[0]);
      guard(args[0]);
    };
    const guarded: AnyFunction = function (...args) {
      try {
        check(args);
      } catch (error) {
        return failed(error, plain, args, isPromised, name);
      }
      return call.call(this, ...args);
    };
    module[name] = Object.assign(guarded, value);
  }
}

/** As the function itself says that it may not. */
function failed(error: unknown, plain: string, args: readonly unknown[], isPromised: boolean, name: string): unknown {
  if (isPromised) return Promise.reject(error);
  const last = args.at(-1);
  if (!name.endsWith('Sync') && typeof last === 'function') {
    process.nextTick(() => last(plain === 'exists' ? false : error));
    return undefined;
  }
  if (name === 'existsSync') return false;
  if (hasNoEntryAsked(args[1])) return undefined;
  throw error;
}

function hasNoEntryAsked(options: unknown): boolean {
  return (
    typeof options === 'object' && options !== null && 'throwIfNoEntry' in options && options.throwIfNoEntry === false
  );
}

function writes(flags: unknown): boolean {
  if (typeof flags === 'number')
    return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0;
  return typeof flags === 'string' && /[wa+]/.test(flags);
}

function pathOf(path: unknown): string {
  if (path instanceof URL) return fileURLToPath(path);
  return resolve(Buffer.isBuffer(path) ? path.toString() : String(path));
}

function refused(does: string, what: unknown): Error {
  const error = new Error(`EACCES: a tool of poolctl mcp ${does} ${typeof what === 'string' ? what : 'this'} never`);
  return Object.assign(error, { code: 'EACCES' });
}

/** What poolctl and the packages that it needs are loaded from. */
function ownFolders(): string[] {
  const own = fileURLToPath(new URL('../../', import.meta.url));
  const packages: string[] = [];
  for (let folder = resolve(own); ; folder = dirname(folder)) {
    packages.push(join(folder, 'node_modules'));
    if (dirname(folder) === folder) break;
  }
  const parts = ['bin', 'dist', 'docs', 'profiles', 'package.json'].map((name) => join(own, name));
  return [...parts, ...packages].map((path) => realpathOr(path));
}

function realpathOr(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return path;
  }
}
