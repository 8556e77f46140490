import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';

/** As large as a result with its histograms and charts may become. */
const reservedBytes = 2 * 2 ** 20;

/** A file that will be written at the end of a long job, and is known to be writable before it. */
export interface ReservedOutput {
  /** The whole text, all or nothing; what the file held before stays until then. @throws the system's error */
  write(text: string): void;
  /** Takes back what was reserved, when nothing is written. Does nothing after `write`. */
  release(): void;
}

/**
 * Finds out before the work whether the file can be written: folder, permission, and room for 2 MiB beside it.
 * Devices and pipes are opened and no more.
 * @throws PoolctlError OUTPUT_UNWRITABLE
 */
export function reserveOutput(file: string, cwd: string, what?: Named): ReservedOutput {
  try {
    const path = resolve(cwd, file);
    const there = statOf(path);
    if (there && isNoPlainFile(path, there)) return inPlace(path);
    const real = there ? realpathSync(path) : path;
    if (there) accessSync(real, constants.W_OK);
    return beside(real, there);
  } catch (cause) {
    throw unwritable(file, cause, '', what);
  }
}

/** What messages call a file that is written, and the flag that asks for it. */
interface Named {
  readonly name: string;
  readonly flag: string;
}

/** The error for a file that cannot be written, before or after the work. */
export function unwritable(
  file: string,
  cause: unknown,
  more = '',
  what: Named = { name: 'the result', flag: '-o' },
): PoolctlError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  return new PoolctlError('OUTPUT_UNWRITABLE', `Cannot write ${what.name} to ${file} (${code}).${more}`, {
    hint:
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'Make room on that disk, or name a file on another one.'
        : `Name a file in a folder that exists and that you may write to, or leave ${what.flag} out.`,
    cause,
  });
}

/**
 * Whether a path leads to a device, a pipe or a folder: it is written in place, and never read, which may have no end.
 * /dev/stdout may be a file: what else was written there must stay in it.
 */
export function isNoPlainFile(path: string, facts = statOf(path)): boolean {
  return (facts !== undefined && !facts.isFile()) || /^\/(?:dev|proc)\//.test(path);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** A temporary file holds the room, and takes the name at the end. */
function beside(path: string, there: Stats | undefined): ReservedOutput {
  const temporary = join(dirname(path), `.${basename(path)}.${globalThis.crypto.randomUUID()}.tmp`);
  let fd: number | undefined;
  const release = () => {
    process.off('exit', release);
    if (fd === undefined) return;
    closeSync(fd);
    fd = undefined;
    unlinkSync(temporary);
  };
  try {
    fd = openSync(temporary, 'wx', 0o666);
  } catch (error) {
    // A file that may be written in a folder that may not, such as one that is mounted.
    if (there && ['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return inPlace(path);
    throw error;
  }
  process.once('exit', release);
  try {
    writeAll(fd, Buffer.alloc(reservedBytes));
    fsyncSync(fd);
    if (there) chmodSync(temporary, there.mode & 0o777);
  } catch (error) {
    release();
    throw error;
  }
  return {
    write(text) {
      if (fd === undefined) throw new Error('The reserved file was given back.');
      const content = Buffer.from(text);
      try {
        // First over what is reserved, then the rest: the room that was found is not given away in between.
        writeAll(fd, content);
        ftruncateSync(fd, content.length);
        fsyncSync(fd);
        renameSync(temporary, path);
      } catch (error) {
        release();
        throw error;
      }
      closeSync(fd);
      fd = undefined;
      process.off('exit', release);
    },
    release,
  };
}

/** Opened without waiting for a reader, who must be there; kept open, or the reader would see the end. */
function inPlace(path: string): ReservedOutput {
  const { O_WRONLY, O_NONBLOCK } = constants;
  let fd: number | undefined = openSync(path, O_WRONLY | O_NONBLOCK);
  const release = () => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  return {
    write(text) {
      const blocking = openSync(path, O_WRONLY);
      try {
        const content = Buffer.from(text);
        writeAll(blocking, content, null);
        if (fstatSync(blocking).isFile() && !/^\/(?:dev|proc)\//.test(path)) ftruncateSync(blocking, content.length);
      } finally {
        closeSync(blocking);
        release();
      }
    },
    release,
  };
}

/** From the file's beginning; `null`: from where it stands, which is all that pipes know. */
function writeAll(fd: number, content: Buffer, from: number | null = 0): void {
  for (let done = 0; done < content.length; ) {
    done += writeSync(fd, content, done, content.length - done, from === null ? null : from + done);
  }
}
