import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { jsonText } from '../../base/clean.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
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
  const path = resolve(io.cwd, file);
  const marks = marksIn(path, file);
  const write = (saved: Marks) => {
    const temporary = join(dirname(path), `.${basename(path)}.${globalThis.crypto.randomUUID()}.tmp`);
    try {
      writeFileSync(temporary, `${jsonText(marksDocument({ ...marks, ...saved }), 2)}\n`);
      renameSync(temporary, path);
    } catch (cause) {
      const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
      throw new PoolctlError('OUTPUT_UNWRITABLE', `Cannot write the high-water marks to ${file} (${code}).`, {
        hint: 'Name a file in a folder that exists and that you may write to, or leave --state-file out.',
        cause,
      });
    }
  };
  // What cannot be written is better known now than at the end.
  write({});
  return { marks, follow: (watching) => followMarks(watching, write, io) };
}

function marksIn(path: string, file: string): Marks {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${file}.`, {
      hint: 'Is it a file, and may you read it?',
      cause,
    });
  }
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
