import { statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { packageVersion } from '../../base/version.ts';
import { builtAtMs } from '../../profiles/lint-facts.ts';
import { configFile } from '../config.ts';
import { isRead } from '../kinds.ts';
import type { ProjectFiles } from '../project.ts';
import type { OpenProject } from './open-project.ts';
import { readStored, writeStored } from './stored.ts';

interface Stored<Answer> {
  readonly about: string;
  /** Files that were asked for beside those that are linted: lock files, what is not there. */
  readonly asked: readonly string[];
  readonly seen: string;
  readonly answer: Answer;
}

export interface KeptAnswer<Answer> {
  /** The answer of an earlier run, where no file has changed since: by size and times, and nothing is read. */
  readonly answer: Answer | undefined;
  /** The files of the project; what is asked of them is part of what the answer depends on. */
  readonly files: ProjectFiles;
  keep(answer: Answer): void;
}

/** The answer that is kept in the file of a cache, about a project as it is now. */
export function openAnswer<Answer>(file: string, project: OpenProject): KeptAnswer<Answer> {
  const { root, files, wanted } = project;
  const about = JSON.stringify([packageVersion(), builtAtMs(), root, wanted]);
  const own = relative(root, file).split(sep).join('/');
  const paths = project.paths.filter((path) => path !== own);
  const stamps = new Map([configFile, ...paths.filter(isRead)].map((path) => [path, stampOf(root, path)]));
  const stamp = (path: string) => {
    const known = stamps.get(path) ?? stampOf(root, path);
    stamps.set(path, known);
    return known;
  };
  const linted = stamps.size;
  const seenWith = (asked: readonly string[]) =>
    [...paths, ...[...stamps.keys()].slice(0, linted).map(stamp), ...asked.map(stamp)].join('\n');
  const stored = readStored(file, 'answer') as Stored<Answer> | undefined;
  const isSame = stored?.about === about && stored.seen === seenWith(stored.asked);
  return {
    answer: isSame ? stored.answer : undefined,
    files: {
      read(path) {
        stamp(path);
        return files.read(path);
      },
      exists(path) {
        stamp(path);
        return files.exists(path);
      },
      whyNot: (path) => files.whyNot?.(path),
    },
    keep(answer) {
      const asked = [...stamps.keys()].slice(linted);
      writeStored(file, 'answer', { about, asked, seen: seenWith(asked), answer } satisfies Stored<Answer>);
    },
  };
}

/** Changes with the content: who sets the time of a file back still changes that of its entry in the folder. */
function stampOf(root: string, path: string): string {
  try {
    const facts = statSync(join(root, path), { throwIfNoEntry: false });
    return facts ? `${facts.size} ${facts.mtimeMs} ${facts.ctimeMs} ${facts.ino}` : 'none';
  } catch {
    return 'none';
  }
}
