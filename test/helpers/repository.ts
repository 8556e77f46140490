import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectOf, type TemporaryProject } from './lint-project.ts';

/** A git repository in a temporary folder, for one test. */
export interface TemporaryRepository extends TemporaryProject {
  git(...args: readonly string[]): string;
  remove(file: string): void;
  /** Commits all that is there, by the name of a branch or tag that then stands at it. */
  commit(tag: string): void;
}

/** The variables that git needs, without the user's own settings. */
export const gitEnv = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  HOME: '/nonexistent',
};

export function gitIn(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    ...{ cwd: folder, encoding: 'utf8', env: gitEnv, stdio: ['ignore', 'pipe', 'pipe'] },
  });
}

export function repositoryOf(files: Readonly<Record<string, string>>): TemporaryRepository {
  const project = projectOf(files);
  const git = (...args: readonly string[]) => gitIn(project.folder, ...args);
  git('init', '-q', '-b', 'main');
  return {
    ...project,
    git,
    remove: (file) => rmSync(join(project.folder, file), { recursive: true }),
    commit(tag) {
      git('add', '-A');
      git('commit', '-qm', tag);
      git('tag', tag);
    },
  };
}
