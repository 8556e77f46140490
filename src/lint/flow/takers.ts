import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { LibraryKind, LibraryObject } from '../../declarations/code/library-object.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import type { KnownFunction } from './functions.ts';
import { ourNode, variableAt } from './names.ts';
import {
  bare,
  type CallNode,
  type FunctionNode,
  functionAround,
  isCall,
  isFunction,
  keyOf,
  methodCall,
  propertyOf,
} from './syntax.ts';
import { chainOf, isInside } from './uses.ts';

const ofRepository =
  /^(?:find\w*|save|insert|update\w*|upsert|delete\w*|remove|soft\w+|restore|recover|count\w*|exists?\w*|sum|average|minimum|maximum|increment|decrement|query|transaction|createQueryBuilder|clear|stream)$/;
const ofModel =
  /^(?:find(?:All|One|ByPk|ById|AndCount|AndCountAll|OrCreate|OrBuild|CreateFind)?|create|bulkCreate|update|destroy|count|upsert|increment|decrement|max|min|sum|aggregate|truncate|query|save)$/;

/** Methods of an object that take a connection of its pool, for a statement or longer. */
const takers: Partial<Readonly<Record<LibraryKind, RegExp>>> = {
  pool: /^(?:query|execute|connect|getConnection|acquire|reserve|batch|begin|unsafe)$/,
  dataSource: /^(?:query|transaction)$/,
  entityManager: ofRepository,
  repository: ofRepository,
  knex: /^(?:select|from|insert|into|table|raw|with|transaction|first|where\w*|count|del|delete|update)$/,
  sequelize: /^(?:query|transaction)$/,
  model: ofModel,
  prisma: /^(?:\$queryRaw\w*|\$executeRaw\w*|\$transaction)$/,
  drizzle: /^(?:select|selectDistinct\w*|insert|update|delete|execute|transaction|\$count)$/,
  kysely: /^(?:selectFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto|with|transaction|startTransaction)$/,
};

/** The object whose pool gives a connection to this call; undefined where none does, or a transaction has one already. */
export function takerOf(code: AnalysedCode, call: CallNode, file = code.file): LibraryObject | undefined {
  const callee = bare(call.callee);
  const method = methodCall(call);
  if (!method) {
    const object = callee.type === 'Identifier' ? code.libraryObject(callee, file) : undefined;
    return object?.kind === 'knex' && !object.isTransactional ? object : undefined;
  }
  const object = code.libraryObject(method.object, file) ?? ofPrismaModel(code, method.object, file);
  if (!object || object.isTransactional) return undefined;
  if (
    object.kind === 'prisma' &&
    method.object.type === 'MemberExpression' &&
    ofPrismaModel(code, method.object, file)
  ) {
    return object;
  }
  if (!takers[object.kind]?.test(method.method)) return undefined;
  // Sequelize's way to pass a transaction.
  return call.arguments.some(hasTransaction) ? undefined : object;
}

function hasTransaction(options: Node): boolean {
  return (
    options.type === 'ObjectExpression' &&
    options.properties.some((entry) => entry.type === 'Property' && keyOf(entry) === 'transaction')
  );
}

/** `prisma` of `prisma.user.findMany()`. */
function ofPrismaModel(code: AnalysedCode, model: Node, file: CodeFile): LibraryObject | undefined {
  if (model.type !== 'MemberExpression') return undefined;
  const object = code.libraryObject(model.object, file);
  return object?.kind === 'prisma' || object?.kind === 'drizzle' ? object : undefined;
}

/** Objects whose statements are built first, and run when somebody waits for them. */
const builders: readonly LibraryKind[] = ['knex', 'drizzle', 'kysely', 'model'];

/** The statement runs here, and is not only built, such as `knex.raw('…')` for a part of another one. */
export function isRun(file: CodeFile, call: CallNode, { kind, library }: LibraryObject): boolean {
  const isBuilt =
    propertyOf(call.callee) === 'createQueryBuilder' || (builders.includes(kind) && library !== 'sequelize');
  if (!isBuilt || /^(?:transaction|startTransaction|execute)$/.test(propertyOf(call.callee) ?? '')) return true;
  let whole = chainOf(file, call);
  let parent = file.parentOf(whole);
  while (parent?.type === 'ArrayExpression' || (parent && isCall(parent) && propertyOf(parent.callee) === 'all')) {
    whole = parent;
    parent = file.parentOf(whole);
  }
  if (parent?.type === 'AwaitExpression') return true;
  const isReturned = parent?.type === 'ReturnStatement' || parent?.type === 'ArrowFunctionExpression';
  return isReturned && functionAround(file, whole)?.async === true;
}

/** A call in a function of the project that takes a connection, one step away. */
export interface TakenThere {
  readonly taker: LibraryObject;
  readonly file: CodeFile;
  readonly call: CallNode;
}

const known = new WeakMap<FunctionNode, TakenThere | null>();

/** What a function of the project takes in its own text, without being given a connection. */
export function takenIn(code: AnalysedCode, { file, fn }: KnownFunction): TakenThere | undefined {
  const remembered = known.get(fn);
  if (remembered !== undefined) return remembered ?? undefined;
  let found: TakenThere | undefined;
  if (fn.body) {
    walk(fn.body, (node) => {
      if (found || isFunction(node)) return false;
      if (!isCall(node) || isOfParameter(file, fn, node)) return true;
      const taker = takerOf(code, node, file);
      if (taker && isRun(file, node, taker)) found = { taker, file, call: node };
      return true;
    });
  }
  known.set(fn, found ?? null);
  return found;
}

/** What is called comes from a parameter of the function, so that its caller decides which connection it uses. */
function isOfParameter(file: CodeFile, fn: FunctionNode, call: CallNode): boolean {
  let root: Node = call;
  while (isCall(root) || root.type === 'MemberExpression') root = bare(isCall(root) ? root.callee : root.object);
  const parameters = new Set(fn.params.map((parameter) => variableAt(file, parameter)));
  const variable = root.type === 'Identifier' ? variableAt(file, root) : undefined;
  if (!variable) return false;
  if (parameters.has(variable)) return true;
  return variable.defs.some(({ node }) => {
    const declaring = ourNode(node);
    const { init } = declaring.type === 'VariableDeclarator' ? declaring : { init: null };
    return (
      init !== null &&
      [...parameters].some((each) => each?.references.some(({ identifier }) => isInside(ourNode(identifier), init)))
    );
  });
}
