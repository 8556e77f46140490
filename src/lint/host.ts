import type { CodeHost } from '../declarations/code/code-host.ts';
import type { FileContext, ProjectFiles } from './project.ts';
import { versionsIn } from './versions.ts';

const hosts = new WeakMap<ProjectFiles, CodeHost>();

/** One host for all files of a run: it keeps the imports that are parsed. */
export function hostOf({ files, environment }: Pick<FileContext, 'files' | 'environment'>): CodeHost {
  const known = hosts.get(files);
  if (known) return known;
  const host: CodeHost = {
    read: (name) => files.read(name),
    exists: (name) => files.exists(name),
    environment,
    versionOf: versionsIn(files),
  };
  hosts.set(files, host);
  return host;
}
