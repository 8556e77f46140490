import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { LibraryKind, LibraryObject } from '../../declarations/code/library-object.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { bare, functionAround, isCall, keyOf, methodCall, propertyOf, type StatementNode } from './syntax.ts';
import { chainOf } from './uses.ts';

const ofRepository =
  /^(?:find\w*|save|insert|update\w*|upsert|delete\w*|remove|soft\w+|restore|recover|count\w*|exists?\w*|sum|average|minimum|maximum|increment|decrement|query|transaction|createQueryBuilder|clear|stream)$/;
const ofModel =
  /^(?:find(?:All|One|ByPk|ById|AndCount|AndCountAll|OrCreate|OrBuild|CreateFind)?|create|bulkCreate|update|destroy|count|upsert|increment|decrement|max|min|sum|aggregate|truncate|query|save)$/;

/** What each model of Prisma has: `prisma.user.findMany()`. */
const ofPrisma = /^(?:find\w+|create\w*|update\w*|upsert|delete\w*|count|aggregate\w*|groupBy)$/;

/** Functions that make a statement of a template, and send it when somebody waits: postgres.js, and Bun's client like it. */
const hasTemplates = ({ library }: Pick<LibraryObject, 'library'>) => library === 'postgres' || library === 'bun';

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

/** A name that takes a connection of some object. Names are looked at first: most calls have none of them. */
const mayTake = new RegExp([ofPrisma, ...Object.values(takers)].map(({ source }) => source).join('|'));

/** The object whose pool gives a connection to this statement; undefined where none does, or a transaction has one already. */
export function takerOf(code: AnalysedCode, call: StatementNode, file = code.file): LibraryObject | undefined {
  if (call.type === 'TaggedTemplateExpression') return takerOfTemplate(code, call.tag, file);
  const callee = bare(call.callee);
  const method = methodCall(call);
  if (!method) {
    const object = callee.type === 'Identifier' ? code.libraryObject(callee, file) : undefined;
    return object?.kind === 'knex' && !object.isTransactional ? object : undefined;
  }
  if (!mayTake.test(method.method)) return undefined;
  const object = code.libraryObject(method.object, file) ?? ofPrismaModel(code, method.object, file);
  if (!object || object.isTransactional) return undefined;
  if (ofPrisma.test(method.method) && object.kind === 'prisma' && ofPrismaModel(code, method.object, file))
    return object;
  if (!takers[object.kind]?.test(method.method)) return undefined;
  // Sequelize's way to pass a transaction.
  return call.arguments.some(hasTransaction) ? undefined : object;
}

/** Bun exports a pool that is made already. */
const isPool = ({ kind, name }: LibraryObject) => kind === 'pool' || (kind === 'module' && name === 'sql');

/** ``sql`…` `` of postgres.js and Bun, ``prisma.$executeRaw`…` ``. */
function takerOfTemplate(code: AnalysedCode, tag: Node, file: CodeFile): LibraryObject | undefined {
  const isRaw = /^\$(?:query|execute)Raw/.test(propertyOf(tag) ?? '');
  const callee = bare(tag);
  const object = code.libraryObject(isRaw && callee.type === 'MemberExpression' ? callee.object : callee, file);
  const isStatement = isRaw
    ? object?.kind === 'prisma'
    : object !== undefined && hasTemplates(object) && isPool(object);
  return isStatement && !object?.isTransactional ? object : undefined;
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

/** The call only builds a statement, which is sent when somebody waits for it. */
export function isBuilt(call: StatementNode, { kind, library }: LibraryObject): boolean {
  if (!isCall(call)) return true;
  const method = propertyOf(call.callee) ?? '';
  if (kind === 'prisma') return method !== '$transaction';
  if (hasTemplates({ library })) return method === 'unsafe' || method === '';
  const runsAtOnce = kind === 'drizzle' ? /^transaction$/ : /^(?:transaction|startTransaction|execute)$/;
  return builders.includes(kind) && library !== 'sequelize' && !runsAtOnce.test(method);
}

/** Nobody waits for it, or `$transaction([…])` runs it on its own connection. */
function isElsewhere(file: CodeFile, call: StatementNode): boolean {
  const whole = chainOf(file, call);
  const parent = file.parentOf(whole);
  const list = parent?.type === 'ArrayExpression' ? file.parentOf(parent) : undefined;
  const isInTransaction = list !== undefined && isCall(list) && propertyOf(list.callee) === '$transaction';
  return isInTransaction || parent?.type === 'ExpressionStatement';
}

/** The statement runs here, and is not only built, such as `knex.raw('…')` for a part of another one. */
export function isRun(file: CodeFile, call: StatementNode, object: LibraryObject): boolean {
  const isPart = (isCall(call) && propertyOf(call.callee) === 'createQueryBuilder') || isBuilt(call, object);
  if (!isPart) return true;
  if (object.kind === 'prisma') return !isElsewhere(file, call);
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
