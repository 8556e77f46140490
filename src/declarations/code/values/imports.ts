import { packageOf } from '../packages.ts';
import type { Abstract, Evaluator, Frame } from './abstract.ts';
import { through, unresolved } from './make.ts';

/** Everything that the file or package behind an import exports. */
export function importOf(specifier: string, frame: Frame, evaluator: Evaluator): Abstract {
  const { project, file } = frame.module;
  const path = project.resolve(specifier, file.path);
  if (path === undefined) {
    // The client that Prisma generates into the project, which is seldom under version control.
    if (/(?:^|[/@-])prisma(?:[/-]|$)/.test(specifier) && !specifier.startsWith('@prisma/'))
      return { kind: 'external', package: '@prisma/client', subpath: '', path: [] };
    if (specifier.startsWith('.')) return unresolved(`the file ${specifier} is not in sight`);
    const { name, subpath } = packageOf(specifier);
    return { kind: 'external', package: name, subpath, path: [] };
  }
  const module = project.open(path);
  if (!module) return unresolved(`${path} cannot be read as code`);
  return evaluator.exported(module, '*', frame.hops + 1);
}

/** One name of an import. */
export function importedName(specifier: string, name: string, frame: Frame, evaluator: Evaluator): Abstract {
  const { project, file } = frame.module;
  const path = project.resolve(specifier, file.path);
  const module = path === undefined ? undefined : project.open(path);
  if (!module || path === undefined) return evaluator.member(importOf(specifier, frame, evaluator), name, frame);
  return through(evaluator.exported(module, name, frame.hops + 1), { kind: 'import', text: `${name} in ${path}` });
}
