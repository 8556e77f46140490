import type { DeclaredEntry } from '../entry.ts';
import type { CodeFile } from './code-file.ts';
import type { CodeHost } from './code-host.ts';
import { withoutSecret } from './libraries/secrets.ts';
import { modulesOf } from './modules.ts';
import type { Abstract, Evaluator, Frame } from './values/abstract.ts';
import { makeEvaluator } from './values/evaluator.ts';
import { alternativesOf, firstOfKind } from './values/make.ts';
import { resolvedOf } from './values/resolved.ts';

/** Objects in objects deeper than this hold no option of a pool. */
const deepest = 8;

/**
 * The objects of a file that calls no library, as entries of a file of settings: what it exports, also as what a function
 * gives, and the objects that its variables hold, below their names. A value that is not known is an entry that says why.
 */
export function exportedEntries(file: CodeFile, host: CodeHost): DeclaredEntry[] {
  const module = modulesOf(host).adopt(file);
  const evaluator = makeEvaluator();
  const frame: Frame = { module, hops: 0 };
  const exported = entriesIn(evaluator.exported(module, 'default', 0), '', evaluator);
  if (exported.length > 0) return exported;
  return file.program.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') return [];
    return declaration.declarations.flatMap(({ id, init }) =>
      id.type === 'Identifier' && init ? entriesIn(evaluator.evaluate(init, frame), id.name, evaluator) : [],
    );
  });
}

function entriesIn(value: Abstract, at: string, evaluator: Evaluator): DeclaredEntry[] {
  const entries: DeclaredEntry[] = [];
  collect(value.kind === 'function' ? evaluator.call(value, []) : value, at, 0);
  return entries;

  function collect(from: Abstract, path: string, depth: number): void {
    if (depth > deepest) return;
    const list = firstOfKind(from, 'list');
    for (const [index, item] of (list?.items ?? []).entries()) collect(item(), joined(path, `${index}`), depth + 1);
    for (const [name, property] of firstOfKind(from, 'object')?.properties ?? []) {
      const key = joined(path, name);
      const inner = property.value();
      if (alternativesOf(inner).some(({ kind }) => kind === 'object' || kind === 'list')) {
        collect(inner, key, depth + 1);
        continue;
      }
      const resolved = resolvedOf(inner, (plain) => withoutSecret(name, plain));
      const { place, keyPlace } = property;
      entries.push({
        ...{ key, line: keyPlace.line, keyAt: keyPlace, valueAt: { start: keyPlace.end, end: place.end } },
        value: resolved.kind === 'known' ? resolved.value : '',
        ...(resolved.kind === 'unknown' && { unknown: resolved.why }),
      });
    }
  }
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
