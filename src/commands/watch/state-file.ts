import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { jsonText } from '../../base/clean.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import { unwritable } from '../../cli/reserve.ts';
import type { SavedMarks } from '../../watch/marks.ts';
import { marksDocument, readMarks } from '../../watch/marks-file.ts';
import type { Watching } from '../../watch/watch-targets.ts';

type Marks = Readonly<Record<string, SavedMarks>>;

/** New marks are written no more often than that, and at the end. */
const leastBetweenMs = 10_000;

/** The file of --state-file: the marks that it brings, and what keeps them. Targets that are not watched now stay in it. */
export interface StateFile {
  readonly marks: Marks;
  /** Writes marks as they change; gives what ends that, with a last writing. */
  follow(watching: Watching): () => void;
}

/** @throws PoolctlError INPUT_INVALID, INPUT_UNREADABLE, OUTPUT_UNWRITABLE */
export function openStateFile(file: string, io: Io): StateFile {
  const path = pathOf(file, io);
  const marks = marksIn(path, file, io);
  // Another watch may keep other targets in it.
  const marksNow = () => {
    try {
      return marksIn(path, file, io);
    } catch {
      return marks;
    }
  };
  const write = (saved: Marks) => {
    const temporary = join(dirname(path), `.${basename(path)}.${globalThis.crypto.randomUUID()}.tmp`);
    try {
      writeFileSync(temporary, `${jsonText(marksDocument({ ...marksNow(), ...saved }), 2)}\n`);
      renameSync(temporary, path);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw unwritable(file, cause, '', { name: 'the high-water marks', flag: '--state-file' });
    }
  };
  // What cannot be written is better known now than at the end.
  write({});
  return { marks, follow: (watching) => followMarks(watching, write, io) };
}

/** Where the marks are: what a link leads to, so that it stays one. A device would be replaced by a file. */
function pathOf(file: string, io: Io): string {
  const path = resolve(io.cwd, file);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return path;
  if (there.isFile()) return realpathSync(path);
  throw new PoolctlError('INPUT_UNREADABLE', `Marks cannot be kept in ${file}: it is not a file.`, {
    hint: 'Name a file, which need not be there yet, or leave --state-file out.',
  });
}

function marksIn(path: string, file: string, io: Io): Marks {
  if (!existsSync(path)) return {};
  const text = readText(path, io);
  return text.trim() === '' ? {} : readMarks(text, file);
}

function followMarks(watching: Watching, write: (saved: Marks) => void, io: Io): () => void {
  let written: Marks = {};
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  const writeNew = () => {
    const saved = watching.savedMarks();
    if (Object.entries(saved).every(([name, marks]) => written[name] === marks)) return;
    written = saved;
    writtenAtMs = io.now();
    try {
      write(saved);
    } catch (error) {
      if (!hasFailed) io.stderr.write(`warning: ${(error as Error).message}\n`);
      hasFailed = true;
    }
  };
  const stop = watching.onChange(() => {
    if (io.now() - writtenAtMs >= leastBetweenMs) writeNew();
  });
  return () => {
    stop();
    writeNew();
  };
}
