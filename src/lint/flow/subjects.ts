import type { Variable } from '@typescript-eslint/scope-manager';
import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { functionNamed } from './functions.ts';
import { variableAt } from './names.ts';
import type { Subject, Treatment } from './paths/subject.ts';
import { awaited, bare, type CallNode, isCall, leadingText, methodCall, propertyOf } from './syntax.ts';
import { isInside, meaningfulParent, type Uses, usesOf } from './uses.ts';

/** What has to be given back, and so by which methods. */
export type Role = 'client' | 'queryRunner' | 'transaction' | 'connection' | 'pool';

/** The methods that end a hold. Lenient on purpose: whoever calls one of them means to give it back. */
const endings: Readonly<Record<Role, readonly string[]>> = {
  client: ['release', 'destroy', 'end', 'close', 'releaseAsync', 'dispose'],
  queryRunner: ['release'],
  transaction: ['commit', 'rollback', 'release', 'destroy', 'end'],
  connection: ['end', 'destroy', 'close', 'release', 'dispose'],
  pool: ['end', 'destroy', 'close', 'drain', 'clear', 'disconnect', '$disconnect', 'closeAllConnections', 'dispose'],
};

/** Methods of others that get it as an argument, and end the hold: `pool.releaseConnection(client)`. */
const endingsOfOwner =
  /^(?:release|releaseConnection|releaseClient|destroy|destroyConnection|rollback|commit|closeConnection)$/;

export interface SubjectParts {
  readonly file: CodeFile;
  readonly role: Role;
  readonly library: string;
  /** Variables that hold it. */
  readonly holders: ReadonlySet<Variable>;
  /** Functions that give it back when they are called: pg's `done`. */
  readonly releasers: ReadonlySet<Variable>;
  /** Errors of a callback: where one is set, there is nothing to give back. */
  readonly errors: ReadonlySet<Variable>;
  /** Calls whose value it is. */
  readonly sources: ReadonlySet<Node>;
  /** It is taken by a first use, and not by its source: a query runner, a client of its own. */
  readonly isTakenByUse: boolean;
  /** What a function of the project does with it; undefined where its text is not known. */
  treatmentIn(call: CallNode, index: number, role: Role): Treatment | undefined;
  /** Names of the project's own functions that take it back. */
  readonly ownReleases: readonly string[];
}

export function subjectOf(parts: SubjectParts): Subject {
  const { file, role, holders, releasers, sources } = parts;
  const uses = usesOf(file, holders);
  const done = usesOf(file, releasers);
  const { closing, giving } = endsOf(parts, uses, done);
  const taking = parts.isTakenByUse ? takingUses(file, role, uses) : sources;
  const isOwner = closing.size > 0 || giving.size > 0;
  const treatments = new Map<CallNode, Treatment>();
  const treatmentIn = (call: CallNode, index: number): Treatment => {
    const treatment = treatments.get(call) ?? parts.treatmentIn(call, index, role) ?? (isOwner ? 'kept' : 'unknown');
    treatments.set(call, treatment);
    return treatment;
  };
  const changes = () => [
    ...closing,
    ...giving,
    ...uses.passed.filter(({ call, index }) => treatmentIn(call, index) !== 'kept').map(({ call }) => call),
  ];
  const holds = (variables: ReadonlySet<Variable>, node: Node): boolean => {
    const variable = node.type === 'Identifier' ? variableAt(file, node) : undefined;
    return variable !== undefined && variables.has(variable);
  };
  const is = (expression: Node): boolean => {
    const node = awaited(expression);
    return sources.has(node) || holds(holders, node);
  };
  return {
    file,
    is,
    isTakenBy: (call) => taking.has(call),
    isTakenOnce: parts.isTakenByUse,
    isBegin: (call) => isBegin(call, is),
    isGivenBackBy: (call) => closing.has(call),
    givesBackWhenCalled: (value) => giving.has(bare(value)),
    treatmentIn,
    calledFunction: (call) => functionNamed(file, call.callee),
    isEverGivenBack: isOwner,
    isGivenToStrangers: () => uses.passed.some(({ call, index }) => treatmentIn(call, index) === 'unknown'),
    isDisposable: ['mysql2', 'typeorm', 'postgres', 'mariadb'].includes(parts.library),
    changesIn: (expression) => [...changes(), ...taking].some((node) => isInside(node, expression)),
    isSeenIn: (fn) => [...uses.all, ...done.all, ...taking].some((node) => isInside(node, fn)),
    canGiveBackIn: (fn) => changes().some((node) => isInside(node, fn)),
    provenBy(condition, value) {
      const isThere = provenBy(condition, value, is);
      const isError = provenBy(condition, value, (node) => holds(parts.errors, node));
      return isThere ?? (isError === undefined ? undefined : !isError);
    },
  };
}

function endsOf({ file, role, ownReleases }: SubjectParts, uses: Uses, done: Uses) {
  const closing = new Set<Node>(done.calls);
  const giving = new Set<Node>(done.all.filter((node) => !isCalled(file, node)));
  for (const member of uses.members) {
    const ending = endingMember(file, member, endings[role]);
    if (!ending) continue;
    const { parent, child } = meaningfulParent(file, ending);
    if (parent && isCall(parent) && parent.callee === child) closing.add(parent);
    else giving.add(ending);
  }
  for (const { call } of uses.passed) {
    const name = propertyOf(call.callee) ?? (call.callee.type === 'Identifier' ? call.callee.name : '');
    const isMethod = bare(call.callee).type === 'MemberExpression';
    if ((isMethod && endingsOfOwner.test(name)) || ownReleases.includes(name)) closing.add(call);
  }
  return { closing, giving };
}

function isCalled(file: CodeFile, node: Node): boolean {
  const { parent, child } = meaningfulParent(file, node);
  return parent !== undefined && isCall(parent) && parent.callee === child;
}

/** `client.release`, `runner.manager.release` and `client[Symbol.asyncDispose]`. */
function endingMember(file: CodeFile, member: Node, names: readonly string[]): Node | undefined {
  if (member.type !== 'MemberExpression') return undefined;
  const name = propertyOf(member);
  if (name === 'manager' || name === 'connection') {
    const { parent, child } = meaningfulParent(file, member);
    return parent?.type === 'MemberExpression' && parent.object === child && names.includes(propertyOf(parent) ?? '')
      ? parent
      : undefined;
  }
  if (name !== undefined) return names.includes(name) ? member : undefined;
  return member.computed && /^(?:asyncDispose|dispose)$/.test(propertyOf(member.property) ?? '') ? member : undefined;
}

/** Calls that make a query runner take a connection, or a client of its own connect. */
function takingUses(file: CodeFile, role: Role, uses: Uses): Set<Node> {
  const taking = new Set<Node>();
  for (const member of uses.members) {
    const name = propertyOf(member) ?? '';
    let callee: Node = member;
    if (role === 'queryRunner' && name === 'manager') {
      const { parent } = meaningfulParent(file, member);
      if (parent?.type !== 'MemberExpression') continue;
      callee = parent;
    } else if (!(role === 'queryRunner' ? /^(?:connect|startTransaction|query)$/ : /^connect$/).test(name)) continue;
    const { parent, child } = meaningfulParent(file, callee);
    if (parent && isCall(parent) && parent.callee === child) taking.add(parent);
  }
  return taking;
}

function isBegin(call: CallNode, is: (node: Node) => boolean): boolean {
  const method = methodCall(call);
  if (!method || !is(method.object)) return false;
  if (/^(?:startTransaction|beginTransaction|begin)$/.test(method.method)) return true;
  return /^\s*(?:begin|start\s+transaction)\b/i.test(leadingText(call.arguments[0]) ?? '');
}

/** `client`, `client !== undefined`, `runner.isReleased`. */
function provenBy(condition: Node, value: boolean, is: (node: Node) => boolean): boolean | undefined {
  const test = bare(condition);
  if (is(test)) return value;
  if (test.type === 'MemberExpression' && is(test.object)) {
    return /^(?:isReleased|released|_released|isClosed|destroyed|ended|finished)$/.test(propertyOf(test) ?? '')
      ? !value
      : undefined;
  }
  if (test.type !== 'BinaryExpression' || !/^[!=]==?$/.test(test.operator)) return undefined;
  const [left, right] = [bare(test.left), bare(test.right)];
  const isNothing = (node: Node) =>
    (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined');
  if (!(is(left) && isNothing(right)) && !(is(right) && isNothing(left))) return undefined;
  return test.operator.startsWith('!') === value;
}
