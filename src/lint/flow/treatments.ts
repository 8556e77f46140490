import type { CodeFile } from '../../declarations/code/code-file.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import type { Role } from './endings.ts';
import { calledFunction, type KnownFunction } from './functions.ts';
import { variableAt } from './names.ts';
import { followPaths } from './paths/follow.ts';
import { union } from './paths/run.ts';
import { anyHeld, handedOver, held, leaking } from './paths/status.ts';
import type { Treatment } from './paths/subject.ts';
import { subjectOf } from './subjects.ts';
import type { CallNode } from './syntax.ts';
import { withAliases } from './uses.ts';

const known = new WeakMap<KnownFunction['fn'], Map<string, Treatment | undefined>>();

/** Says what functions of the project do with a connection that is passed to them; undefined where nobody knows. */
export function treatmentFinder(code: AnalysedCode, file: CodeFile) {
  return (call: CallNode, index: number, role: Role): Treatment | undefined => {
    const found = calledFunction(code, file, call);
    return found && treatmentOfParameter(code, found, index, role);
  };
}

function treatmentOfParameter(
  code: AnalysedCode,
  found: KnownFunction,
  index: number,
  role: Role,
): Treatment | undefined {
  const treatments = known.get(found.fn) ?? new Map<string, Treatment | undefined>();
  known.set(found.fn, treatments);
  const key = `${index} ${role}`;
  if (!treatments.has(key)) {
    // A function that calls itself says nothing while it is being followed.
    treatments.set(key, undefined);
    treatments.set(key, followParameter(code, found, index, role));
  }
  return treatments.get(key);
}

function followParameter(
  code: AnalysedCode,
  { file, fn }: KnownFunction,
  index: number,
  role: Role,
): Treatment | undefined {
  const parameter = fn.params[index];
  const variable = parameter && variableAt(file, parameter);
  if (!variable) return parameter ? undefined : 'kept';
  const subject = subjectOf({
    file,
    role,
    library: '',
    holders: withAliases(file, variable),
    releasers: new Set(),
    errors: new Set(),
    sources: new Set(),
    isTakenByUse: false,
    treatmentIn: treatmentFinder(code, file),
    ownReleases: [],
  });
  const paths = followPaths(subject, fn, held);
  if (!paths) return undefined;
  const returned = union([...paths.exits, ...paths.detached], 'return');
  const thrown = union(paths.exits, 'throw');
  if ((returned & ~anyHeld) === 0) return 'kept';
  if (returned & handedOver || subject.isGivenToStrangers()) return undefined;
  if (returned & anyHeld) return 'unknown';
  return thrown & leaking ? 'given-back-on-success' : 'given-back';
}
