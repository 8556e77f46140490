import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { Variable } from '../../declarations/code/scopes/variable.ts';
import { bare, type CallNode, isCall, leadingText, propertyOf } from './syntax.ts';
import { holderOf, meaningfulParent, type Uses, usesOf } from './uses.ts';

/** What has to be given back or ended. */
export type Role =
  | 'client'
  | 'queryRunner'
  /** The handle of a transaction, which holds a connection until it is committed or rolled back. */
  | 'transaction'
  /** A connection that belongs to no pool. */
  | 'connection'
  | 'pool'
  /** A transaction that was begun on a connection, and outlives its statements. */
  | 'begun';

/** The methods that end a hold. Lenient on purpose: whoever calls one of them means to give it back. */
const endings: Readonly<Record<Role, readonly string[]>> = {
  client: ['release', 'destroy', 'end', 'close', 'releaseAsync', 'dispose'],
  queryRunner: ['release'],
  transaction: ['commit', 'rollback', 'release', 'destroy', 'end'],
  connection: ['end', 'destroy', 'close', 'release', 'dispose'],
  pool: ['end', 'destroy', 'close', 'drain', 'clear', 'disconnect', '$disconnect', 'closeAllConnections', 'dispose'],
  begun: ['commit', 'rollback', 'commitTransaction', 'rollbackTransaction', 'destroy', 'end'],
};

/** Methods of others that get it as an argument, and end the hold: `pool.releaseConnection(client)`. */
const endingsOfOwner =
  /^(?:release|releaseConnection|releaseClient|destroy|destroyConnection|destroyRawConnection|rollback|commit|closeConnection)$/;

const endOfTransaction = /^\s*(?:commit|end|abort|rollback(?!\s+to\b))\b/i;

/** The calls that end a hold, and the values that end it when somebody calls them: `done`, `client.release`. */
export interface Ends {
  readonly closing: ReadonlySet<Node>;
  readonly giving: ReadonlySet<Node>;
}

export function endsOf(file: CodeFile, role: Role, uses: Uses, done: Uses, ownReleases: readonly string[]): Ends {
  const closing = new Set<Node>(done.calls);
  const giving = new Set<Node>(done.all.filter((node) => !calls(file, node)));
  for (const member of uses.members) {
    const call = calls(file, member);
    if (role === 'begun' && call && endsTransaction(call)) closing.add(call);
    const ending = endingMember(file, member, endings[role]);
    if (!ending) continue;
    const endingCall = calls(file, ending);
    if (endingCall) closing.add(endingCall);
    else addValue(file, boundValue(file, ending), closing, giving);
  }
  for (const { call } of uses.passed) {
    const callee = bare(call.callee);
    const name = callee.type === 'Identifier' ? callee.name : propertyOf(callee);
    if (name === undefined) continue;
    const isOfOwner = callee.type === 'MemberExpression' && role !== 'begun' && endingsOfOwner.test(name);
    if (isOfOwner || ownReleases.includes(name)) closing.add(call);
  }
  return { closing, giving };
}

const knownEnds = new WeakMap<Variable, readonly CallNode[]>();

/** `dataSource.destroy()`, which takes back every connection. Each checkout of a file asks, so it is found once. */
export function endsOfPool(file: CodeFile, pool: Variable): readonly CallNode[] {
  const found =
    knownEnds.get(pool) ??
    usesOf(file, [pool]).members.flatMap((member) => {
      const call = endings.pool.includes(propertyOf(member) ?? '') ? calls(file, member) : undefined;
      return call ?? [];
    });
  knownEnds.set(pool, found);
  return found;
}

/** `client.release` itself, or `client.release.bind(client)`. */
function boundValue(file: CodeFile, ending: Node): Node {
  const { parent, child } = meaningfulParent(file, ending);
  const isBind = parent?.type === 'MemberExpression' && parent.object === child && propertyOf(parent) === 'bind';
  return (isBind ? calls(file, parent) : undefined) ?? ending;
}

/** A function that ends the hold, and every call of the variable that has it. */
function addValue(file: CodeFile, value: Node, closing: Set<Node>, giving: Set<Node>): void {
  giving.add(value);
  const holder = holderOf(file, value);
  const uses = usesOf(file, holder ? [holder] : []);
  for (const call of uses.calls) closing.add(call);
  for (const node of uses.all) if (!calls(file, node)) giving.add(node);
}

/** `client.query('COMMIT')`, and `client.release(error)`, which closes the connection. */
function endsTransaction(call: CallNode): boolean {
  const [first] = call.arguments;
  if (!first) return false;
  if (propertyOf(call.callee) === 'release') return true;
  const text = bare(first);
  const texts = text.type === 'ConditionalExpression' ? [text.consequent, text.alternate] : [text];
  return texts.every((each) => endOfTransaction.test(leadingText(each) ?? ''));
}

/** The call of this callee. */
function calls(file: CodeFile, callee: Node): CallNode | undefined {
  const { parent, child } = meaningfulParent(file, callee);
  return parent && isCall(parent) && parent.callee === child ? parent : undefined;
}

/** `client.release`, `runner.manager.release` and `client[Symbol.asyncDispose]`. */
function endingMember(file: CodeFile, member: Node, names: readonly string[]): Node | undefined {
  if (member.type !== 'MemberExpression') return undefined;
  const name = propertyOf(member);
  if (name === 'manager' || name === 'connection') {
    const { parent, child } = meaningfulParent(file, member);
    const isEnding = parent?.type === 'MemberExpression' && parent.object === child;
    return isEnding && names.includes(propertyOf(parent) ?? '') ? parent : undefined;
  }
  if (name !== undefined) return names.includes(name) ? member : undefined;
  return member.computed && /^(?:asyncDispose|dispose)$/.test(propertyOf(member.property) ?? '') ? member : undefined;
}
