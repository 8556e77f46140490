import type { Node } from '../../declarations/code/code-file.ts';
import type { LibraryObject } from '../../declarations/code/library-object.ts';
import type { Variable } from '../../declarations/code/scopes/variable.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { variableAt } from './names.ts';
import { type CallNode, type FunctionNode, isCall, isFunction, methodCall } from './syntax.ts';
import { withAliases } from './uses.ts';

/** A transaction that the library opens and ends around a callback. */
export interface ManagedTransaction {
  readonly call: CallNode;
  readonly library: string;
  readonly callback: FunctionNode;
  /** The parameters of the callback, and what gets their value. */
  readonly handles: ReadonlySet<Variable>;
}

/** Methods that run a callback in a transaction, and the objects that have them. */
const runners: Readonly<Record<string, readonly LibraryObject['kind'][]>> = {
  transaction: ['dataSource', 'entityManager', 'knex', 'sequelize', 'drizzle', 'model', 'pool'],
  $transaction: ['prisma'],
  begin: ['pool'],
  transactional: ['mikroOrm', 'entityManager'],
  execute: ['kysely'],
};

/** The managed transactions of a file, by evidence of the library. */
export function managedTransactionsIn(code: AnalysedCode): readonly ManagedTransaction[] {
  const found: ManagedTransaction[] = [];
  walk(code.file.program, (node) => {
    const managed = isCall(node) && managedTransaction(code, node);
    if (managed) found.push(managed);
  });
  return found;
}

/** The transaction around the callback that a call is given. */
export function managedTransaction(code: AnalysedCode, call: CallNode): ManagedTransaction | undefined {
  const callback = call.arguments.find(isFunction);
  const object = callback && runnerOf(code, call);
  if (!callback || !object) return undefined;
  const handles = callback.params.flatMap((parameter) => {
    const variable = variableAt(code.file, parameter);
    return variable ? [...withAliases(code.file, variable)] : [];
  });
  return { call, library: object.library, callback, handles: new Set(handles) };
}

/** What runs the callback: `dataSource` of `dataSource.transaction(…)`, or Objection's function `transaction(Model, …)`. */
function runnerOf(code: AnalysedCode, call: CallNode): LibraryObject | undefined {
  const method = methodCall(call);
  const name = method?.method ?? (call.callee.type === 'Identifier' ? 'transaction' : '');
  if (!Object.hasOwn(runners, name)) return undefined;
  if (name === 'transaction') {
    const called = code.libraryObject(call.callee);
    if (called?.kind === 'module' && called.library === 'objection' && called.name === name) return called;
  }
  const object = method && code.libraryObject(name === 'execute' ? transactionOf(method.object) : method.object);
  return object && !object.isTransactional && runners[name]?.includes(object.kind) ? object : undefined;
}

/** The `db` of `db.transaction().setIsolationLevel(…)`, Kysely's. */
function transactionOf(chain: Node): Node {
  for (let link = methodCall(chain); link; link = methodCall(link.object)) {
    if (link.method === 'transaction') return link.object;
  }
  return chain;
}
