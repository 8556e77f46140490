import type { Io } from '../../base/io.ts';
import { filesAt } from '../../lint/disk/files-at.ts';
import { revisionAt } from '../../lint/disk/git.ts';
import type { OpenProject } from '../../lint/disk/open-project.ts';
import type { Finding } from '../../lint/finding.ts';
import { type LintRequest, lintProject } from '../../lint/lint-project.ts';
import { newSince } from '../../lint/since.ts';

/** A project as it was at a commit. */
export interface Past {
  /** Lints it as it was, too, and leaves out what was found there. */
  newIn(now: readonly Finding[], request: LintRequest): readonly Finding[];
}

/** @throws PoolctlError VALUE_INVALID where there is no such commit */
export function pastOf(project: OpenProject, ref: string, io: Io): Past {
  const revision = revisionAt(project.root, ref, io);
  return {
    newIn(now, { cache: _, ...request }) {
      const before = filesAt(project, revision);
      const { findings } = lintProject({ ...request, ...before, isWanted: () => true });
      const there = new Set(project.paths);
      return newSince(findings, now, (file) => there.has(file));
    },
  };
}
