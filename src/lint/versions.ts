import { lockedVersions } from '../declarations/lock-files/versions.ts';
import type { ProjectFiles } from './project.ts';

type VersionOf = ReturnType<typeof lockedVersions>;

const known = new WeakMap<ProjectFiles, VersionOf>();

/** The version of a package by the lock file that holds for a file; each lock file is read once a run. */
export function versionsIn(files: ProjectFiles): VersionOf {
  const before = known.get(files);
  if (before) return before;
  const versionOf = lockedVersions((file) => files.read(file));
  known.set(files, versionOf);
  return versionOf;
}
