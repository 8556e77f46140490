import type { EngineId } from '../../../base/engine.ts';
import type { Abstract } from '../values/abstract.ts';
import { firstOfKind } from '../values/make.ts';
import { engineNamed, engineOfUrl, optionNamed } from './engines.ts';
import type { Exported, Library, PoolCall, PoolDraft } from './library.ts';
import { misplaced, optionsIn } from './options.ts';
import { optionsOfAsync } from './typeorm.ts';
import { optionsOfUrl } from './url.ts';

const drivers: Readonly<Record<EngineId, string>> = { mysql: 'mysql2', mariadb: 'mariadb', postgres: 'pg' };

/** `new Sequelize(options)`, `(url, options)` or `(database, user, password, options)`. */
function ofArguments(call: PoolCall): PoolDraft | undefined {
  const { args, place } = call;
  const [first] = args;
  const isOptions = first !== undefined && firstOfKind(first, 'object') !== undefined;
  const config = isOptions ? first : args.length > 1 ? args.at(-1) : undefined;
  const isConfig = config !== undefined && (firstOfKind(config, 'object') !== undefined || config.kind === 'unknown');
  return sequelizePool(isConfig ? config : undefined, isOptions || args.length > 2 ? undefined : first, place, call);
}

function sequelizePool(
  config: Abstract | undefined,
  url: Abstract | undefined,
  place: PoolCall['place'],
  { what }: PoolCall,
): PoolDraft | undefined {
  const engine = engineNamed(optionNamed(config, 'dialect')) ?? engineOfUrl(url);
  if (engine === 'other') return undefined;
  const { options, opaque } = optionsIn(config, { holders: ['pool', 'dialectOptions'] });
  const parameters = url
    ? optionsOfUrl(url, place, { name: 'url', prefix: 'dialectOptions.', values: 'text' })
    : undefined;
  const replication = optionNamed(config, 'replication');
  return {
    library: what.package === '@sequelize/core' ? 'sequelize7' : 'sequelize',
    package: what.package === '@sequelize/core' ? what.package : 'sequelize',
    ...(engine && { engine, driver: drivers[engine] }),
    options: [...misplaced(options, misplacements), ...(parameters?.options ?? [])],
    ...(opaque !== undefined && { opaque }),
    // One pool for what writes, and one for all that read.
    ...(replication && firstOfKind(replication, 'object') && { endpoints: 2 }),
  };
}

const belongs = 'Sequelize reads the settings of its pool only in `pool`, beside `dialect`';
const misplacements = {
  'dialectOptions.pool.': belongs,
  'define.pool.': belongs,
  'options.pool.': belongs,
  ...Object.fromEntries(['max', 'min', 'acquire', 'idle', 'evict', 'maxUses'].map((name) => [name, belongs])),
};

const main: Exported = { gives: 'sequelize', makes: ofArguments };

export const sequelize: Library = {
  packages: ['sequelize', 'sequelize-typescript', '@sequelize/core'],
  exports: () => ({
    '': main,
    Sequelize: main,
    Transaction: { gives: 'transaction' },
    Model: { gives: 'model' },
    ModelStatic: { gives: 'model' },
    ModelCtor: { gives: 'model' },
  }),
  methods: {
    sequelize: {
      transaction: { gives: 'transaction', lends: ['transaction'] },
      startUnmanagedTransaction: { gives: 'transaction' },
      define: { gives: 'model' },
      model: { gives: 'model' },
    },
  },
};

export const nestSequelize: Library = {
  packages: ['@nestjs/sequelize'],
  exports: () => ({
    'SequelizeModule.forRoot': {
      gives: 'sequelize',
      makes: (call) => sequelizePool(call.args[0], optionNamed(call.args[0], 'uri'), call.place, call),
    },
    'SequelizeModule.forRootAsync': {
      gives: 'sequelize',
      makes: (call) => sequelizePool(optionsOfAsync(call, 'createSequelizeOptions'), undefined, call.place, call),
    },
  }),
};
