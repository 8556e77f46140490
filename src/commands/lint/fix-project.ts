import type { FileNote } from '../../declarations/text-file.ts';
import type { OpenProject } from '../../lint/disk/open-project.ts';
import { writeBack } from '../../lint/disk/write-back.ts';
import { fixText } from '../../lint/fix.ts';
import type { LintResult } from '../../lint/lint-project.ts';
import type { ProjectFiles } from '../../lint/project.ts';

export interface FixedProject {
  readonly fixed: number;
  /** The files with what was written. */
  readonly files: ProjectFiles;
  readonly notes: readonly FileNote[];
}

/** Applies the safe fixes of a result and writes the files. */
export function fixProject({ root, files }: OpenProject, { findings, again }: LintResult): FixedProject {
  const written = new Map<string, string>();
  const notes: FileNote[] = [];
  let fixed = 0;
  const fixable = findings.filter(({ edits }) => edits !== undefined).map(({ place }) => place.file);
  for (const file of new Set(fixable)) {
    const before = files.read(file) ?? '';
    const after = fixText(before, file, (text) => again(file, text));
    if (after.fixed === 0) continue;
    const refused = writeBack(root, file, before, after.text);
    if (refused !== undefined) notes.push({ file, text: `it was not fixed, because ${refused}` });
    else {
      written.set(file, after.text);
      fixed += after.fixed;
    }
  }
  return {
    ...{ fixed, notes },
    files: { read: (file) => written.get(file) ?? files.read(file), exists: (file) => files.exists(file) },
  };
}
