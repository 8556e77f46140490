import type { DeclaredOption } from '../../declared-pool.ts';
import type { Abstract } from '../values/abstract.ts';
import { firstOfKind } from '../values/make.ts';
import { engineNamed, engineOfUrl, optionNamed } from './engines.ts';
import type { Exported, Given, Library, PoolCall, PoolDraft } from './library.ts';
import { misplaced, optionsIn } from './options.ts';
import { optionsOfUrl } from './url.ts';

const inTransaction: Given = { kind: 'entityManager', isTransactional: true };

/** The pool of a data source by its options; undefined for engines that poolctl does not know. */
export function typeormPool(config: Abstract | undefined, call: PoolCall): PoolDraft | undefined {
  const url = config && firstOfKind(config, 'object')?.properties.get('url');
  const engine = engineNamed(optionNamed(config, 'type')) ?? engineOfUrl(url?.value());
  if (engine === undefined) call.note('which database `type` names is not known, so the pool was not judged');
  if (engine === undefined || engine === 'other') return undefined;
  const isPostgres = engine === 'postgres';
  const { options, opaque } = optionsIn(config, { holders: ['extra'] });
  const driver = isPostgres ? 'pg' : driverOfMysql(config, call);
  return {
    library: isPostgres ? 'typeorm-postgres' : 'typeorm-mysql',
    package: 'typeorm',
    driver,
    engine,
    options: [
      ...misplaced(options, isPostgres ? postgresMisplaced : mysqlMisplaced).filter(({ name }) => name !== 'url'),
      ...(url ? fromUrl(url.value(), url.place, isPostgres) : []),
    ],
    ...(opaque !== undefined && { opaque }),
    ...endpointsIn(config),
  };
}

/** TypeORM takes `mysql` where that is named, or alone installed. */
function driverOfMysql(config: Abstract | undefined, { versionOf }: PoolCall): string {
  const named = optionNamed(config, 'connectorPackage');
  const known = named && firstOfKind(named, 'scalar')?.value;
  if (known === 'mysql' || known === 'mysql2') return known;
  return versionOf('mysql') !== undefined && versionOf('mysql2') === undefined ? 'mysql' : 'mysql2';
}

function fromUrl(url: Abstract, place: DeclaredOption['place'], isPostgres: boolean): readonly DeclaredOption[] {
  // With MySQL the parameters are cut off; with PostgreSQL they go to pg.
  const names = isPostgres ? ['statement_timeout', 'query_timeout', 'application_name', 'options'] : [];
  return optionsOfUrl(url, place, { name: 'url', prefix: 'extra.', names, values: 'text' }).options;
}

/** One pool for the master, and one for each slave. */
function endpointsIn(config: Abstract | undefined): { endpoints?: number } {
  const slaves = optionNamed(config, 'replication', 'slaves');
  const list = slaves && firstOfKind(slaves, 'list');
  return list && list.opaque === undefined ? { endpoints: 1 + list.items.length } : {};
}

const noPool = 'TypeORM has no `pool`: the size is `poolSize`, and options of the driver stand in `extra`';
const inExtra = 'TypeORM hands only what stands in `extra` to the driver';
const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, inExtra]));
const mysqlMisplaced = {
  'pool.': noPool,
  ...named(['connectionLimit', 'queueLimit', 'waitForConnections', 'maxIdle', 'idleTimeout', 'enableKeepAlive']),
};
const postgresMisplaced = {
  'pool.': noPool,
  ...named([
    'max',
    'min',
    'idleTimeoutMillis',
    'connectionTimeoutMillis',
    'maxUses',
    'statement_timeout',
    'query_timeout',
  ]),
};

const dataSource: Exported = {
  gives: 'dataSource',
  makes: (call) => typeormPool(call.args.find(({ kind }) => kind === 'object') ?? call.args[0], call),
};

export const typeorm: Library = {
  packages: ['typeorm'],
  exports: () => ({
    DataSource: dataSource,
    createConnection: dataSource,
    Connection: { gives: 'dataSource' },
    getConnection: { gives: 'dataSource' },
    getManager: { gives: 'entityManager' },
    getRepository: { gives: 'repository' },
    getCustomRepository: { gives: 'repository' },
    EntityManager: { gives: 'entityManager' },
    QueryRunner: { gives: 'queryRunner' },
    Repository: { gives: 'repository' },
    TreeRepository: { gives: 'repository' },
    MongoRepository: {},
    BaseEntity: { gives: 'model' },
    SelectQueryBuilder: { gives: 'query' },
  }),
  properties: {
    dataSource: { manager: 'entityManager' },
    queryRunner: { manager: inTransaction, connection: 'dataSource' },
    entityManager: { queryRunner: 'queryRunner', connection: 'dataSource', dataSource: 'dataSource' },
    repository: { manager: 'entityManager' },
  },
  methods: {
    dataSource: {
      initialize: { gives: 'dataSource' },
      connect: { gives: 'dataSource' },
      createQueryRunner: { gives: 'queryRunner' },
      createEntityManager: { gives: 'entityManager' },
      getRepository: { gives: 'repository' },
      getTreeRepository: { gives: 'repository' },
      createQueryBuilder: { gives: 'query' },
      transaction: { lends: [inTransaction] },
    },
    entityManager: {
      getRepository: { gives: 'repository' },
      withRepository: { gives: 'repository' },
      createQueryBuilder: { gives: 'query' },
      transaction: { lends: [inTransaction] },
    },
    repository: { createQueryBuilder: { gives: 'query' }, extend: { gives: 'repository' } },
    model: { createQueryBuilder: { gives: 'query' }, getRepository: { gives: 'repository' } },
  },
};

/** `forRootAsync({ useFactory })`, `{ useClass }`: the options that it comes to. */
export function optionsOfAsync(call: PoolCall, method: string): Abstract | undefined {
  const [config] = call.args;
  const factory = optionNamed(config, 'useFactory');
  if (factory) return call.call(factory);
  const provider = optionNamed(config, 'useClass') ?? optionNamed(config, 'useExisting');
  const made = provider && firstOfKind(provider, 'class');
  return made ? call.callMethod({ kind: 'instance', of: made }, method) : config;
}

export const nestTypeorm: Library = {
  packages: ['@nestjs/typeorm'],
  exports: () => ({
    'TypeOrmModule.forRoot': { gives: 'dataSource', makes: (call) => typeormPool(call.args[0], call) },
    'TypeOrmModule.forRootAsync': {
      gives: 'dataSource',
      makes: (call) => typeormPool(optionsOfAsync(call, 'createTypeOrmOptions'), call),
    },
  }),
};
