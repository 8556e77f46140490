import { packageVersion } from '../../base/version.ts';
import { digest } from '../digest.ts';
import type { LintedFile } from '../lint-file.ts';
import type { FileCache } from '../lint-project.ts';
import type { ProjectFiles } from '../project.ts';
import { readStored, writeStored } from './stored.ts';

interface Stored {
  readonly key: string;
  /** What was asked about files on the way, with the digests of the answers: imports, lock files, what is not there. */
  readonly asked: ReadonlyMap<string, string>;
  /** By path, what was found in a text under settings. */
  readonly entries: ReadonlyMap<string, { readonly hash: string; readonly linted: LintedFile }>;
}

/**
 * What earlier runs have found. It holds only while every answer that they were given holds; files share what they import, so
 * one change there is a change for all. A cache that cannot be read, or is of another version, is as none.
 */
export function openCache(file: string, rules: string, files: ProjectFiles): FileCache & { save(): void } {
  const key = digest(`${packageVersion()}\n${rules}`);
  const answers = new Map<string, string>();
  const answer = (question: string) => {
    const known = answers.get(question) ?? answerOf(files, question);
    answers.set(question, known);
    return known;
  };
  const stored = load(file, key, answer);
  const asked = new Map(stored.asked);
  const entries = new Map(stored.entries);
  const watched = watch(files, (question) => asked.set(question, answer(question)));
  let isChanged = false;
  return {
    linted(path, text, settings, lint) {
      const hash = digest(`${settings}\n${text}`);
      const known = entries.get(path);
      if (known?.hash === hash) return known.linted;
      const linted = lint(watched);
      entries.set(path, { hash, linted });
      isChanged = true;
      return linted;
    },
    save() {
      if (isChanged) writeStored(file, 'files', { key, asked, entries } satisfies Stored);
    },
  };
}

function watch(files: ProjectFiles, ask: (question: string) => void): ProjectFiles {
  return {
    read(file) {
      ask(`read ${file}`);
      return files.read(file);
    },
    exists(file) {
      ask(`exists ${file}`);
      return files.exists(file);
    },
  };
}

function answerOf(files: ProjectFiles, question: string): string {
  const file = question.slice(question.indexOf(' ') + 1);
  if (question.startsWith('exists')) return String(files.exists(file));
  const text = files.read(file);
  return text === undefined ? 'none' : digest(text);
}

function load(file: string, key: string, answer: (question: string) => string): Omit<Stored, 'key'> {
  const none = { asked: new Map<string, string>(), entries: new Map() };
  const stored = readStored(file, 'files') as Stored | undefined;
  if (stored?.key !== key) return none;
  return [...stored.asked].every(([question, then]) => answer(question) === then) ? stored : none;
}
