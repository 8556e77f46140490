import type { Variable } from '@typescript-eslint/scope-manager';
import type { CodeFile } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { type Acquire, acquireOf } from './acquires.ts';
import { ourNode, variableAt } from './names.ts';
import { followPaths, type Paths } from './paths/follow.ts';
import { absent, held } from './paths/status.ts';
import type { Subject } from './paths/subject.ts';
import { libraryObjectIn } from './stand-in.ts';
import { subjectOf } from './subjects.ts';
import { type CallNode, type FunctionNode, functionAround, isCall, isFunction, methodCall } from './syntax.ts';
import { treatmentFinder } from './treatments.ts';
import { holdersOf, isInside, meaningfulParent, withAliases } from './uses.ts';

/** A connection that is taken, and every path from there. */
export interface Checkout extends Acquire {
  readonly fn: FunctionNode;
  readonly subject: Subject;
  readonly paths: Paths;
}

const known = new WeakMap<CodeFile, readonly Checkout[]>();

/** Everything that the functions of a file take and have to give back. */
export function checkoutsIn(code: AnalysedCode): readonly Checkout[] {
  const found = known.get(code.file) ?? findCheckouts(code);
  known.set(code.file, found);
  return found;
}

function findCheckouts({ file, libraryObject }: AnalysedCode): Checkout[] {
  const acquires: Acquire[] = [];
  walk(file.program, (node) => {
    const acquire =
      isCall(node) && acquireOf(node, (expression) => libraryObject(expression) ?? libraryObjectIn(file, expression));
    if (acquire) acquires.push(acquire);
  });
  return acquires.flatMap((acquire) => {
    const fn = acquire.callback ?? functionAround(file, acquire.call);
    if (!fn) return [];
    const subject = checkoutSubject(file, acquire, fn);
    const paths = followPaths(subject, fn, acquire.callback ? absent | held : absent);
    return paths ? [{ ...acquire, fn, subject, paths }] : [];
  });
}

function checkoutSubject(file: CodeFile, acquire: Acquire, fn: FunctionNode): Subject {
  const { call, callback } = acquire;
  const [error, client, done] = callback?.params.map((parameter) => variableAt(file, parameter)) ?? [];
  const direct = callback ? client && withAliases(file, client) : holdersOf(file, call);
  const inThen = thenParameter(file, call);
  const holders = [...(direct ?? []), ...(inThen ? withAliases(file, inThen) : [])];
  return subjectOf({
    ...acquire,
    file,
    holders: new Set(holders.filter(({ identifiers }) => identifiers.some((each) => isInside(ourNode(each), fn)))),
    releasers: new Set(done ? withAliases(file, done) : []),
    errors: new Set(error ? [error] : []),
    sources: new Set([call]),
    treatmentIn: treatmentFinder(file),
    ownReleases: [],
  });
}

/** The `client` of `pool.connect().then((client) => …)`. */
function thenParameter(file: CodeFile, call: CallNode): Variable | undefined {
  const { parent, child } = meaningfulParent(file, call);
  if (parent?.type !== 'MemberExpression' || parent.object !== child) return undefined;
  const chain = file.parentOf(parent);
  if (chain?.type !== 'CallExpression' || methodCall(chain)?.method !== 'then') return undefined;
  const [reaction] = chain.arguments;
  return isFunction(reaction) && reaction.params[0] ? variableAt(file, reaction.params[0]) : undefined;
}
