import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRead } from '../kinds.ts';
import type { ProjectFiles } from '../project.ts';
import { contentId, type Revision } from './git.ts';
import type { OpenProject } from './open-project.ts';
import { asText } from './read-text.ts';

/** The project as it was at a commit, by the settings of now. What is the same on disk is read from there. */
export function filesAt(
  { root, files, config }: OpenProject,
  revision: Revision,
): Pick<OpenProject, 'paths' | 'files'> {
  const paths = [...revision.files.keys()].filter((path) => !config.isIgnored(path));
  const changed = paths.filter((path) => isRead(path) && !isSame(join(root, path), revision.files.get(path) ?? ''));
  const texts = revision.textsOf(changed.flatMap((path) => revision.files.get(path) ?? []));
  const before = new Set(changed);
  const at: ProjectFiles = {
    read(file) {
      if (!revision.files.has(file)) return undefined;
      if (!before.has(file)) return files.read(file);
      const found = asText(texts.get(revision.files.get(file) ?? '') ?? '');
      return 'text' in found ? found.text : undefined;
    },
    exists: (file) => revision.files.has(file) || paths.some((path) => path.startsWith(`${file}/`)),
  };
  return { paths, files: at };
}

function isSame(path: string, id: string): boolean {
  try {
    return contentId(readFileSync(path), id) === id;
  } catch {
    return false;
  }
}
