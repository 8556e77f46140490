import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { Variable } from '../../declarations/code/scopes/variable.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import type { FileContext } from '../project.ts';
import { type Acquire, acquireOf, madePool, ownAcquire } from './acquires.ts';
import { calledFunction, functionNamed, type KnownFunction } from './functions.ts';
import { variableAt } from './names.ts';
import { type Flow, reactionTo, subjectParts, thenParameter } from './parts.ts';
import { followPaths, type Paths } from './paths/follow.ts';
import { absent, held } from './paths/status.ts';
import type { Subject } from './paths/subject.ts';
import { type SubjectParts, subjectOf } from './subjects.ts';
import { type CallNode, type FunctionNode, functionAround, isCall, isFunction, propertyOf } from './syntax.ts';
import { isBegin } from './takings.ts';
import { holdersOf, isInside, meaningfulParent, usesOf } from './uses.ts';

/** A connection that is taken, and every path from there. */
export interface Checkout extends Acquire {
  readonly fn: FunctionNode;
  readonly parts: SubjectParts;
  readonly subject: Subject;
  readonly paths: Paths;
}

const known = new WeakMap<CodeFile, readonly Checkout[]>();

/** Everything that the functions of a file take and have to give back. */
export function checkoutsIn(code: AnalysedCode, { config }: Pick<FileContext, 'config'>): readonly Checkout[] {
  const found = known.get(code.file) ?? findCheckouts({ code, config });
  known.set(code.file, found);
  return found;
}

function findCheckouts(flow: Flow): Checkout[] {
  return acquiresIn(flow, flow.code.file, flow.code.file.program, mostLenders).flatMap((acquire) => {
    const fn = acquire.callback ?? functionAround(flow.code.file, acquire.call);
    return fn ? (checkoutOf(flow, flow.code.file, acquire, fn) ?? []) : [];
  });
}

function checkoutOf(flow: Flow, file: CodeFile, acquire: Acquire, fn: FunctionNode): Checkout | undefined {
  const parts = subjectParts(flow, file, acquire, fn);
  const subject = subjectOf(parts);
  const paths = followPaths(subject, fn, acquire.isReaction ? held : acquire.callback ? absent | held : absent);
  return paths && { ...acquire, fn, parts, subject, paths };
}

/** Functions of the project that return what another one returns. */
const mostLenders = 3;

function acquiresIn(flow: Flow, file: CodeFile, root: Node, lenders: number): Acquire[] {
  const acquires: Acquire[] = [];
  walk(root, (node) => {
    if (!isCall(node) || isExpectedToFail(file, node)) return;
    const objectOf = (expression: Node) => flow.code.libraryObject(expression, file);
    const acquire =
      acquireOf(node, objectOf, (name) => functionNamed(file, name)) ??
      ownAcquire(node, flow.config.acquire) ??
      (file === flow.code.file ? madePool(node, flow.code.pools, objectOf) : undefined) ??
      borrowed(flow, file, node, lenders);
    if (acquire) acquires.push(acquire.callback ? acquire : withReaction(file, acquire));
  });
  return acquires;
}

/** `expect(pool.connect()).rejects`: a test says that it gets none. */
function isExpectedToFail(file: CodeFile, call: CallNode): boolean {
  const around = file.parentOf(call);
  if (!around || !isCall(around) || around.callee === call) return false;
  const name = around.callee.type === 'Identifier' ? around.callee.name : propertyOf(around.callee);
  return name === 'expect' ? propertyOf(file.parentOf(around) ?? around) === 'rejects' : name === 'rejects';
}

/** `pool.connect().then(use)`, where `use` is a function of the file. */
function withReaction(file: CodeFile, acquire: Acquire): Acquire {
  const reaction = reactionTo(file, acquire.call);
  const callback = reaction && functionNamed(file, reaction);
  return callback ? { ...acquire, callback, isReaction: true } : acquire;
}

const ofConnections = /^(?:query|execute|release|manager|commit\w*|rollback\w*|\w*[tT]ransaction|batch|end|destroy)$/;

/** The value of a call is used as connections are, or returned by a function that may lend it. */
function mayBeLent(file: CodeFile, call: CallNode, lenders: number): boolean {
  const { parent, child } = meaningfulParent(file, call);
  const isReturned = parent?.type === 'ReturnStatement' || parent?.type === 'ArrowFunctionExpression';
  if (isReturned) return lenders < mostLenders;
  const inThen = thenParameter(file, call);
  const { members, passed } = usesOf(file, inThen ? [inThen] : holdersOf(file, call));
  if (members.some((member) => ofConnections.test(propertyOf(member) ?? ''))) return true;
  // What is only handed on is followed where somebody waits for it, as for connections: most of the rest is no connection.
  return passed.length > 0 && (inThen !== undefined || child !== call);
}

const lent = new WeakMap<FunctionNode, Pick<Acquire, 'role' | 'library'> | null>();

/** A call of a function of the project that takes a connection and returns it. */
function borrowed(flow: Flow, file: CodeFile, call: CallNode, lenders: number): Acquire | undefined {
  if (lenders === 0 || call.type === 'NewExpression' || !mayBeLent(file, call, lenders)) return undefined;
  const found = calledFunction(flow.code, file, call);
  const what = found && lentBy(flow, found, lenders);
  return what && { ...what, call, isTakenByUse: false };
}

/** What a function takes and returns to its caller. */
function lentBy(flow: Flow, { file, fn }: KnownFunction, lenders: number) {
  const known = lent.get(fn);
  if (known !== undefined) return known ?? undefined;
  lent.set(fn, null);
  for (const acquire of acquiresIn(flow, file, fn, lenders - 1)) {
    const around = acquire.callback ?? functionAround(file, acquire.call);
    const checkout = around && acquire.role !== 'pool' ? checkoutOf(flow, file, acquire, around) : undefined;
    if (!checkout || !(around === fn ? checkout.paths.isLent : resolvesPromiseOf(file, fn, checkout))) continue;
    const { role, library } = acquire;
    lent.set(fn, { role, library });
    return { role, library };
  }
  return undefined;
}

/** `new Promise((resolve) => pool.getConnection((error, connection) => resolve(connection)))`, which a function returns. */
function resolvesPromiseOf(file: CodeFile, fn: FunctionNode, { parts }: Checkout): boolean {
  return usesOf(file, parts.holders).passed.some(({ call }) => {
    const resolve = call.callee.type === 'Identifier' ? variableAt(file, call.callee)?.defs[0] : undefined;
    const executor = resolve?.node;
    if (!resolve || !isFunction(executor) || !isInside(executor, fn)) return false;
    const promise = file.parentOf(executor);
    const [first] = executor.params;
    const isFirst = first !== undefined && variableAt(file, first) === variableAt(file, call.callee);
    return isFirst && promise?.type === 'NewExpression' && functionAround(file, promise) === fn;
  });
}

/** The transaction that is begun on a connection, and every path from there; undefined where none is. */
export function begunOn({ parts, fn }: Checkout): { readonly subject: Subject; readonly paths: Paths } | undefined {
  const errors = errorsOfBegin(parts);
  const subject = subjectOf({ ...parts, role: 'begun', isTakenByUse: true, releasers: new Set(), errors });
  const paths = subject.firstTaken ? followPaths(subject, fn, absent) : undefined;
  return paths && { subject, paths };
}

/** `error` of `connection.beginTransaction((error) => …)`: where it is set, no transaction is open. */
function errorsOfBegin({ file, holders }: SubjectParts): Set<Variable> {
  const isHolder = (node: Node) => {
    const variable = node.type === 'Identifier' ? variableAt(file, node) : undefined;
    return variable !== undefined && holders.has(variable);
  };
  return new Set(
    usesOf(file, holders).members.flatMap((member) => {
      const call = file.parentOf(member);
      const callback = call && isCall(call) && isBegin(call, isHolder) ? call.arguments.find(isFunction) : undefined;
      const error = callback?.params[0] && variableAt(file, callback.params[0]);
      return error ?? [];
    }),
  );
}
