import type { Node } from '../declarations/code/code-file.ts';
import type { LibraryObject } from '../declarations/code/library-object.ts';
import type { AnalysedCode } from './analysed-code.ts';
import { variableAt } from './flow/names.ts';
import { awaited, isCall, methodCall, propertyOf } from './flow/syntax.ts';

/** What objects of a library are called. In a run of lint no name proves anything: an audit shows what that leaves out. */
const byName: readonly (readonly [RegExp, Pick<LibraryObject, 'kind' | 'library' | 'isTransactional'>])[] = [
  [/^(?:tx|trx|transaction)$/i, { kind: 'transaction', library: 'pg', isTransactional: true }],
  [/queryRunner$/i, { kind: 'queryRunner', library: 'typeorm' }],
  [/dataSource$/i, { kind: 'dataSource', library: 'typeorm' }],
  [/entityManager$/i, { kind: 'entityManager', library: 'typeorm' }],
  [/repo(?:sitory)?$/i, { kind: 'repository', library: 'typeorm' }],
  [/^knex$/i, { kind: 'knex', library: 'knex' }],
  [/^prisma(?:Client)?$/i, { kind: 'prisma', library: '@prisma/client' }],
  [/^sequelize$/i, { kind: 'sequelize', library: 'sequelize' }],
  [/^(?:client|conn|connection)$/i, { kind: 'client', library: 'pg' }],
  [/pool$|^(?:db|database|pg|sql)$/i, { kind: 'pool', library: 'pg' }],
];

/** What methods of these give. */
const given: Readonly<Record<string, Pick<LibraryObject, 'kind' | 'library'>>> = {
  connect: { kind: 'client', library: 'pg' },
  getConnection: { kind: 'client', library: 'pg' },
  getClient: { kind: 'client', library: 'pg' },
  createQueryRunner: { kind: 'queryRunner', library: 'typeorm' },
};

/** Variables that name each other. */
const mostLinks = 8;

/** The code of a file, where nothing proves a library its names are taken for it. */
export function withNames(code: AnalysedCode): AnalysedCode {
  const guessed = (expression: Node, links: number): LibraryObject | undefined => {
    const node = awaited(expression);
    if (links === 0) return undefined;
    if (isCall(node)) {
      const method = methodCall(node);
      if (!method || !Object.hasOwn(given, method.method)) return undefined;
      return guessed(method.object, links - 1) && given[method.method];
    }
    if (node.type === 'Identifier') {
      const [definition] = variableAt(code.file, node)?.defs ?? [];
      const declaring = definition?.node;
      const init = declaring?.type === 'VariableDeclarator' ? declaring.init : undefined;
      const made = init && guessed(init, links - 1);
      if (made) return made;
    }
    const name = node.type === 'Identifier' ? node.name : propertyOf(node);
    return name === undefined ? undefined : byName.find(([pattern]) => pattern.test(name))?.[1];
  };
  return {
    ...code,
    get pools() {
      return code.pools;
    },
    get notes() {
      return code.notes;
    },
    libraryObject: (expression, inFile) => code.libraryObject(expression, inFile) ?? guessed(expression, mostLinks),
  };
}
