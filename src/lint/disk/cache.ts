import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { packageVersion } from '../../base/version.ts';
import { digest } from '../digest.ts';
import type { LintedFile } from '../lint-file.ts';
import type { FileCache } from '../lint-project.ts';
import type { ProjectFiles } from '../project.ts';

interface Entry {
  /** Of the text and of the settings that it was linted by. */
  readonly hash: string;
  /** What was asked about other files, and the hash of the answer. */
  readonly asked: ReadonlyMap<string, string>;
  readonly linted: LintedFile;
}

interface Stored {
  readonly key: string;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What earlier runs have found, by content. A file that cannot be read or is of another version of poolctl is as none. */
export function openCache(file: string, rules: string, files: ProjectFiles): FileCache & { save(): void } {
  const key = digest(`${packageVersion()}\n${rules}`);
  const stored = load(file, key);
  const entries = new Map(stored);
  let isChanged = false;
  return {
    linted(path, text, settings, lint) {
      const hash = digest(`${settings}\n${text}`);
      const known = stored.get(path);
      if (known?.hash === hash && [...known.asked].every(([question, answer]) => ask(files, question) === answer))
        return known.linted;
      const asked = new Map<string, string>();
      const linted = lint(watched(files, asked));
      entries.set(path, { hash, asked, linted });
      isChanged = true;
      return linted;
    },
    save() {
      if (isChanged) store(file, { key, entries });
    },
  };
}

function watched(files: ProjectFiles, asked: Map<string, string>): ProjectFiles {
  const note = (question: string) => asked.set(question, ask(files, question));
  return {
    read(file) {
      note(`read ${file}`);
      return files.read(file);
    },
    exists(file) {
      note(`exists ${file}`);
      return files.exists(file);
    },
  };
}

function ask(files: ProjectFiles, question: string): string {
  const file = question.slice(question.indexOf(' ') + 1);
  if (question.startsWith('exists')) return String(files.exists(file));
  const text = files.read(file);
  return text === undefined ? 'none' : digest(text);
}

function load(file: string, key: string): ReadonlyMap<string, Entry> {
  try {
    const stored = deserialize(readFileSync(file)) as Stored;
    return stored.key === key ? stored.entries : new Map();
  } catch {
    return new Map();
  }
}

/** Under another name first, so that a run beside this one never reads half of it. A folder that is not writable is no error. */
function store(file: string, stored: Stored): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${globalThis.crypto.randomUUID()}.tmp`;
    writeFileSync(temporary, serialize(stored));
    renameSync(temporary, file);
  } catch {
    // The next run is as slow as this one.
  }
}
