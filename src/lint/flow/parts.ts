import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { Variable } from '../../declarations/code/scopes/variable.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import type { LintConfig } from '../config.ts';
import type { Acquire } from './acquires.ts';
import { variableAt } from './names.ts';
import type { SubjectParts } from './subjects.ts';
import { type CallNode, type FunctionNode, isFunction, methodCall } from './syntax.ts';
import { treatmentFinder } from './treatments.ts';
import { holdersOf, isInside, meaningfulParent, withAliases } from './uses.ts';

/** A file, and the project's own names for functions that take and give back. */
export interface Flow {
  readonly code: AnalysedCode;
  readonly config: LintConfig;
}

/** What is followed for an acquire: the variables that hold it, and the calls that end it. */
export function subjectParts(flow: Flow, file: CodeFile, acquire: Acquire, fn: FunctionNode): SubjectParts {
  const { call, callback, isReaction } = acquire;
  const lender = methodCall(call)?.object;
  const params = callback?.params.map((parameter) => variableAt(file, parameter)) ?? [];
  const [error, client, done] = isReaction ? [undefined, ...params.slice(0, 1)] : params;
  const direct = callback ? client && withAliases(file, client) : holdersOf(file, call);
  const inThen = thenParameter(file, call);
  const holders = [...(direct ?? []), ...(inThen ? withAliases(file, inThen) : [])];
  return {
    ...acquire,
    file,
    holders: new Set(holders.filter(({ defs }) => defs.some(({ name }) => isInside(name, fn)))),
    releasers: new Set(done ? withAliases(file, done) : []),
    errors: new Set(error ? [error] : []),
    sources: new Set([call]),
    lender: lender?.type === 'Identifier' ? variableAt(file, lender) : undefined,
    treatmentIn: treatmentFinder(flow.code, file),
    ownReleases: flow.config.release,
  };
}

/** The `client` of `pool.connect().then((client) => …)`. */
export function thenParameter(file: CodeFile, call: CallNode): Variable | undefined {
  const reaction = reactionTo(file, call);
  return isFunction(reaction) && reaction.params[0] ? variableAt(file, reaction.params[0]) : undefined;
}

/** What `then` is given for the value of a call. */
export function reactionTo(file: CodeFile, call: CallNode): Node | undefined {
  const { parent, child } = meaningfulParent(file, call);
  if (parent?.type !== 'MemberExpression' || parent.object !== child) return undefined;
  const chain = file.parentOf(parent);
  if (chain?.type !== 'CallExpression' || methodCall(chain)?.method !== 'then') return undefined;
  return chain.arguments[0];
}
