import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { LibraryObject } from '../../declarations/code/library-object.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { functionNamed } from './functions.ts';
import { managedTransaction } from './managed.ts';
import { variableAt } from './names.ts';
import {
  bare,
  type CallNode,
  functionAround,
  isCall,
  isFunction,
  isStatementNode,
  leadingText,
  methodCall,
  propertyOf,
} from './syntax.ts';
import { isBuilt, takerOf } from './takers.ts';

/** What becomes of a statement that nobody waits for: it runs by itself, or it is never sent. */
export type Floating = 'runs' | 'never-runs';

const ofConnection = ['query', 'execute', 'batch'];
const ofManager = [
  ...['save', 'insert', 'update', 'upsert', 'delete', 'remove', 'softDelete', 'softRemove', 'restore'],
  ...['increment', 'decrement', 'query'],
];

/** Methods that return a promise of a statement's end. */
const statements: Partial<Readonly<Record<LibraryObject['kind'], readonly string[]>>> = {
  pool: ofConnection,
  client: ofConnection,
  connection: ofConnection,
  dataSource: ofConnection,
  queryRunner: ['query', 'startTransaction', 'commitTransaction', 'rollbackTransaction'],
  entityManager: ofManager,
  repository: ofManager,
};
const everyName = new Set(Object.values(statements).flat());

/** How the value of an expression statement floats; undefined where somebody waits, or nothing proves a library. */
export function floatingIn(code: AnalysedCode, expression: Node): Floating | undefined {
  const node = bare(expression);
  if (!functionAround(code.file, node) || isInHandler(code.file, node)) return undefined;
  const isIgnored = node.type === 'UnaryExpression' && node.operator === 'void';
  const value = isIgnored ? bare(node.argument) : node;
  if (!isIgnored && isCall(value) && isSentAtOnce(code, value)) return 'runs';
  return isNeverSent(code, value) ? 'never-runs' : undefined;
}

function isSentAtOnce(code: AnalysedCode, call: CallNode): boolean {
  return (
    isSent(code, call) ||
    managedTransaction(code, call) !== undefined ||
    takerOf(code, call)?.library === 'sequelize' ||
    isExecuted(code, call)
  );
}

/** `db.insertInto('log').values(…).execute()` of Kysely. */
function isExecuted(code: AnalysedCode, call: CallNode): boolean {
  const execute = methodCall(call);
  if (!execute?.method.startsWith('execute')) return false;
  for (let link = execute.object; isCall(link); link = methodCall(link)?.object ?? link.callee) {
    if (takerOf(code, link)?.kind === 'kysely') return true;
  }
  return false;
}

function isSent(code: AnalysedCode, call: CallNode): boolean {
  const method = methodCall(call);
  if (!method || !everyName.has(method.method)) return false;
  // A callback or an object with events waits instead; whoever listens waits for notifications.
  if (call.arguments.some((argument) => waitsByItself(code.file, argument))) return false;
  if (/^\s*(?:un)?listen\b/i.test(leadingText(call.arguments[0]) ?? '')) return false;
  const object = code.libraryObject(method.object);
  return object !== undefined && !object.takesCallbacks && statements[object.kind]?.includes(method.method) === true;
}

function waitsByItself(file: CodeFile, argument: Node): boolean {
  if (isFunction(argument) || argument.type === 'NewExpression') return true;
  return (
    argument.type === 'Identifier' &&
    (isCallbackName(argument.name) || functionNamed(file, argument) !== undefined || isMade(file, argument))
  );
}

const isCallbackName = (name: string) => /^(?:cb|callback|done|next|fn)$/.test(name);

/** Methods of a statement that send it, or that make something else of it. */
const sends =
  /^(?:then|catch|finally|exec\w*|stream|pipe|asCallback|nodeify|cursor|forEach|subscribe|on|once|run|all|get|prepare|to\w+|as|describe|simple)$/;

/** Prisma, postgres.js, Knex, Drizzle, Kysely and Objection send a statement when somebody waits for it. */
function isNeverSent(code: AnalysedCode, value: Node): boolean {
  for (let link = value; ; ) {
    if (!isStatementNode(link)) return false;
    const taker = takerOf(code, link);
    if (taker) return isBuilt(link, taker) && !isMadeBefore(code.file, link);
    const method = methodCall(link);
    if (!method || sends.test(method.method)) return false;
    link = method.object;
  }
}

/** `query.where(…)` adds to a statement that a variable has, and which others send. */
function isMadeBefore(file: CodeFile, link: Node): boolean {
  const root = methodCall(link)?.object;
  const [definition] = (root?.type === 'Identifier' && variableAt(file, root)?.defs) || [];
  const declaring = definition?.node;
  const { init } = declaring?.type === 'VariableDeclarator' ? declaring : { init: null };
  const made = init && bare(init);
  return (
    made?.type === 'CallExpression' && /^(?:where|select|from|insert|update|table)/.test(propertyOf(made.callee) ?? '')
  );
}

/** `pool.on('connect', (client) => { client.query('SET …') })`: pg runs it before anything else on that client. */
function isInHandler(file: CodeFile, node: Node): boolean {
  const handler = functionAround(file, node);
  const registered = handler && file.parentOf(handler);
  return registered?.type === 'CallExpression' && /^(?:on|once)$/.test(methodCall(registered)?.method ?? '');
}

/** pg's cursors and streams are queries that have events, and no promise. */
function isMade(file: CodeFile, name: Node): boolean {
  return (variableAt(file, name)?.defs ?? []).some(({ node }) => {
    const declaring = node;
    return declaring.type === 'VariableDeclarator' && declaring.init?.type === 'NewExpression';
  });
}
