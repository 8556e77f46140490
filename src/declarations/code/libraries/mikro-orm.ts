import type { EngineId } from '../../../base/engine.ts';
import type { Abstract, ExternalValue } from '../values/abstract.ts';
import { firstOfKind } from '../values/make.ts';
import { engineNamed, engineOfUrl, optionNamed } from './engines.ts';
import type { Exported, Given, Library, PoolCall, PoolDraft } from './library.ts';
import { misplaced, optionsIn } from './options.ts';
import { optionsOfAsync } from './typeorm.ts';
import { optionsOfUrl } from './url.ts';

const inTransaction: Given = { kind: 'entityManager', isTransactional: true };

function mikroOrmPool(config: Abstract | undefined, { what, versionOf, place }: PoolCall): PoolDraft | undefined {
  const driver = optionNamed(config, 'driver');
  const url = optionNamed(config, 'clientUrl');
  const engine =
    engineOfPackage(what) ??
    engineOfPackage(driver && firstOfKind(driver, 'external')) ??
    engineNamed(optionNamed(config, 'type')) ??
    engineOfUrl(url);
  if (engine === 'other') return undefined;
  const { options, opaque } = optionsIn(config, { holders: ['pool', 'driverOptions'] });
  const version = versionOf('@mikro-orm/core');
  const isNew =
    version === undefined ? options.some(({ name }) => since7.test(name)) : Number.parseInt(version, 10) >= 7;
  const rest = options.filter(({ name }) => name !== 'clientUrl');
  const ofUrl = url && optionsOfUrl(url, place, { name: 'clientUrl', names: [], values: 'text' });
  const below = engine === 'mariadb' && !isNew ? 'mariadb' : engine === 'postgres' ? 'pg' : 'mysql2';
  return {
    library: isNew ? 'mikro-orm-7' : 'mikro-orm-5-6',
    package: '@mikro-orm/core',
    ...(engine && { engine, driver: below }),
    options: [...misplaced(rest, misplacements), ...(ofUrl?.options ?? [])],
    ...(config === undefined
      ? { opaque: 'the options stand in a configuration file' }
      : opaque !== undefined && { opaque }),
  };
}

/** Options of the driver that stand directly in driverOptions: those of Knex stand in driverOptions.connection. */
const since7 =
  /^driverOptions\.(?:connectionTimeoutMillis|connectTimeout|statement_timeout|waitForConnections|queueLimit)$/;

const belongs = 'MikroORM reads the settings of its pool only in `pool` at the top level';
const misplacements = { 'driverOptions.pool.': belongs, 'driverOptions.connection.pool.': belongs };

function engineOfPackage(what: ExternalValue | undefined): EngineId | 'other' | undefined {
  const [, name = ''] = /^@mikro-orm\/(.*)$/.exec(what?.package ?? '') ?? [];
  if (name === 'postgresql' || name === 'mysql' || name === 'mariadb')
    return engineNamed({ kind: 'scalar', value: name, origins: [] });
  return /^(?:sqlite|better-sqlite|libsql|mongodb|mssql)$/.test(name) ? 'other' : undefined;
}

const made: Exported = { gives: 'mikroOrm', makes: (call) => mikroOrmPool(call.args[0], call) };

export const mikroOrm: Library = {
  packages: [
    '@mikro-orm/core',
    '@mikro-orm/postgresql',
    '@mikro-orm/mysql',
    '@mikro-orm/mariadb',
    '@mikro-orm/knex',
    '@mikro-orm/nestjs',
  ],
  exports: () => ({
    'MikroORM.init': made,
    'MikroORM.initSync': made,
    MikroORM: { ...made, typed: 'mikroOrm' },
    'MikroOrmModule.forRoot': made,
    'MikroOrmModule.forRootAsync': {
      gives: 'mikroOrm',
      makes: (call) => mikroOrmPool(optionsOfAsync(call, 'createMikroOrmOptions'), call),
    },
    EntityManager: { gives: 'entityManager' },
    SqlEntityManager: { gives: 'entityManager' },
    EntityRepository: { gives: 'repository' },
  }),
  properties: { mikroOrm: { em: 'entityManager' } },
  methods: {
    entityManager: {
      fork: { gives: 'entityManager' },
      getRepository: { gives: 'repository' },
      transactional: { lends: [inTransaction] },
      createQueryBuilder: { gives: 'query' },
    },
    repository: { getEntityManager: { gives: 'entityManager' }, createQueryBuilder: { gives: 'query' } },
  },
};
