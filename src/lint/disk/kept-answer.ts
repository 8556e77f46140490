import { relative, sep } from 'node:path';
import { packageVersion } from '../../base/version.ts';
import { builtAtMs } from '../../profiles/lint-facts.ts';
import { configFile } from '../config.ts';
import { isRead } from '../kinds.ts';
import type { ProjectFiles } from '../project.ts';
import type { OpenProject } from './open-project.ts';
import { isSameStamps, isSettled, type Stamps, stampsOf } from './stamps.ts';
import { readStored, writeStored } from './stored.ts';

interface Stored<Answer> {
  readonly about: string;
  /** The paths of the project, a line each. */
  readonly paths: string;
  readonly linted: Stamps;
  /** Files that were asked for beside those that are linted: lock files, what is not there. */
  readonly asked: ReadonlyMap<string, Stamps>;
  readonly answer: Answer;
}

export interface KeptAnswer<Answer> {
  /** The answer of an earlier run, where no file has changed since: by size and times, and nothing is read. */
  readonly answer: Answer | undefined;
  /** The files of the project; what is asked of them is part of what the answer depends on. */
  readonly files: ProjectFiles;
  keep(answer: Answer): void;
}

/** The answer that is kept in the file of a cache, about a project as it is at that time, in ms since 1970. */
export function openAnswer<Answer>(file: string, project: OpenProject, nowMs: number): KeptAnswer<Answer> {
  const { root, files, wanted } = project;
  const about = JSON.stringify([packageVersion(), builtAtMs(), root, wanted]);
  const own = relative(root, file).split(sep).join('/');
  const all = project.paths.filter((path) => path !== own);
  const paths = all.join('\n');
  const read = [configFile, ...all.filter(isRead)];
  const linted = stampsOf(root, read);
  const stored = readStored(file, 'answer') as Stored<Answer> | undefined;
  const isSame =
    stored?.about === about &&
    stored.paths === paths &&
    isSameStamps(stored.linted, linted) &&
    [...stored.asked].every(([path, stamps]) => isSameStamps(stamps, stampsOf(root, [path])));
  const known = new Set(read);
  const asked = new Map<string, Stamps>();
  const ask = (path: string) => {
    if (!known.has(path) && !asked.has(path)) asked.set(path, stampsOf(root, [path]));
  };
  return {
    answer: isSame ? stored.answer : undefined,
    files: {
      read(path) {
        ask(path);
        return files.read(path);
      },
      exists(path) {
        ask(path);
        return files.exists(path);
      },
      whyNot: (path) => files.whyNot?.(path),
    },
    keep(answer) {
      if (![linted, ...asked.values()].every((stamps) => isSettled(stamps, nowMs))) return;
      writeStored(file, 'answer', { about, paths, linted, asked, answer } satisfies Stored<Answer>);
    },
  };
}
