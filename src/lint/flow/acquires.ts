import type { Node } from '../../declarations/code/code-file.ts';
import type { LibraryObject } from '../../declarations/code/library-object.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { Role } from './endings.ts';
import { type CallNode, type FunctionNode, isFunction, methodCall, propertyOf } from './syntax.ts';

/** A call that takes a connection, or makes what will take one. */
export interface Acquire {
  readonly call: CallNode;
  readonly role: Exclude<Role, 'begun'>;
  readonly library: string;
  /** The callback that gets it, instead of a promise. */
  readonly callback?: FunctionNode;
  /** The callback is the one of `then`: it gets nothing else. */
  readonly isReaction?: true;
  /** The object is made here, and takes a connection when it is first used. */
  readonly isTakenByUse: boolean;
}

/** The kinds of objects that lend, by method, and what they lend. */
const lenders: Readonly<
  Record<string, { readonly from: readonly LibraryObject['kind'][]; readonly role: Acquire['role'] }>
> = {
  connect: { from: ['pool'], role: 'client' },
  getConnection: { from: ['pool'], role: 'client' },
  acquire: { from: ['pool'], role: 'client' },
  reserve: { from: ['pool'], role: 'client' },
  transaction: { from: ['knex', 'sequelize'], role: 'transaction' },
  createQueryRunner: { from: ['dataSource'], role: 'queryRunner' },
  fork: { from: ['mikroOrm', 'entityManager'], role: 'transaction' },
};

type ObjectOf = (expression: Node) => LibraryObject | undefined;
type FunctionOf = (expression: Node) => FunctionNode | undefined;

/** What a call takes, by evidence of its library. The names of methods come first: they are cheap to look at. */
export function acquireOf(call: CallNode, objectOf: ObjectOf, functionOf: FunctionOf): Acquire | undefined {
  const method = methodCall(call);
  const lender = method && Object.hasOwn(lenders, method.method) ? lenders[method.method] : undefined;
  if (!method || !lender)
    return ownClient(call, objectOf) ?? keptTransaction(call, objectOf) ?? connectionOfKnex(call, objectOf);
  const object = objectOf(method.object);
  if (!object || !lender.from.includes(object.kind)) return undefined;
  const callback = call.arguments.find(isFunction) ?? functionOf(call.arguments.at(-1) ?? call);
  // A callback that stands in another file is not followed.
  if (/^(?:connect|getConnection)$/.test(method.method) && !callback && call.arguments.length > 0) return undefined;
  const isFork = method.method === 'fork';
  if (lender.role === 'transaction' && !isFork && call.arguments.length > 0 && (callback || !isOptions(call)))
    return undefined;
  return {
    call,
    role: lender.role,
    library: object.library,
    isTakenByUse: lender.role === 'queryRunner' || isFork,
    ...(callback ? { callback } : {}),
  };
}

const isOptions = (call: CallNode) => call.arguments.every(({ type }) => type === 'ObjectExpression');

/** A call of a function that the configuration names as one that lends. */
export function ownAcquire(call: CallNode, names: readonly string[]): Acquire | undefined {
  const name = call.callee.type === 'Identifier' ? call.callee.name : propertyOf(call.callee);
  if (name === undefined || !names.includes(name)) return undefined;
  const callback = call.arguments.find(isFunction);
  return { call, role: 'client', library: '', isTakenByUse: false, ...(callback ? { callback } : {}) };
}

/** `new Pool()` in a function: whoever makes it ends it. */
export function madePool(call: CallNode, pools: readonly DeclaredPool[], objectOf: ObjectOf): Acquire | undefined {
  const pool = pools.find(({ place, lives }) => lives === 'function' && place.start === call.start);
  const object = pool && objectOf(call);
  return object && { call, role: 'pool', library: object.library, isTakenByUse: false };
}

/** `new Client()` of pg, which connects later; `await createConnection()` of mysql2, which has connected. */
function ownClient(call: CallNode, objectOf: ObjectOf): Acquire | undefined {
  const written = call.callee.type === 'Identifier' ? call.callee.name : propertyOf(call.callee);
  const name = written !== undefined && /client|connection/i.test(written) ? objectOf(call.callee) : undefined;
  if (name?.kind !== 'module' || !/(?:^|\.)(?:Client|createConnection)$/.test(name.name ?? '')) return undefined;
  const object = objectOf(call);
  if (object?.kind !== 'connection') return undefined;
  const isTakenByUse = call.type === 'NewExpression' || object.takesCallbacks === true;
  return { call, role: 'connection', library: object.library, isTakenByUse };
}

/** `knex.client.acquireConnection()`, of the pool; `acquireRawConnection()`, beside it. */
function connectionOfKnex(call: CallNode, objectOf: ObjectOf): Acquire | undefined {
  const method = methodCall(call);
  if (!method || !/^acquire(?:Raw)?Connection$/.test(method.method)) return undefined;
  const isOfKnex =
    method.object.type === 'MemberExpression' &&
    propertyOf(method.object) === 'client' &&
    objectOf(method.object.object)?.kind === 'knex';
  const role = method.method === 'acquireConnection' ? 'client' : 'connection';
  return isOfKnex ? { call, role, library: 'knex', isTakenByUse: false } : undefined;
}

/** `db.startTransaction().execute()` of Kysely. */
function keptTransaction(call: CallNode, objectOf: ObjectOf): Acquire | undefined {
  const execute = methodCall(call);
  if (execute?.method !== 'execute') return undefined;
  for (let inner = methodCall(execute.object); inner; inner = methodCall(inner.object)) {
    if (inner.method === 'startTransaction' && objectOf(inner.object)?.kind === 'kysely') {
      return { call, role: 'transaction', library: 'kysely', isTakenByUse: false };
    }
  }
  return undefined;
}
