import type { ProjectFiles } from './project.ts';

/** The version of a package by the lock file that holds for a file. */
export function versionsIn(_files: ProjectFiles): (packageName: string, fromFile: string) => string | undefined {
  return () => undefined;
}
