import type { Abstract } from '../values/abstract.ts';
import { firstOfKind } from '../values/make.ts';
import { engineOfUrl, optionNamed } from './engines.ts';
import type { Library, PoolCall, PoolDraft } from './library.ts';
import { mysqlOptions } from './mysql2.ts';
import { optionsIn } from './options.ts';
import { pgOptions } from './pg.ts';
import { optionsOfUrl } from './url.ts';

/** What the built-in engine takes from its URL. */
const fromUrl = [
  'connection_limit',
  'pool_timeout',
  'connect_timeout',
  'socket_timeout',
  'max_connection_lifetime',
  'max_idle_connection_lifetime',
  'pgbouncer',
];

/** The pool of the built-in engine of Prisma 4 to 6, which a client has that is given no adapter. */
function enginePool({ args: [config], place, versionOf }: PoolCall): PoolDraft | undefined {
  const adapter = optionNamed(config, 'adapter');
  const major = Number.parseInt(versionOf('@prisma/client') ?? '', 10);
  if (adapter || major >= 7 || (config && firstOfKind(config, 'object')?.properties.has('accelerateUrl')))
    return undefined;
  const given =
    optionNamed(config, 'datasourceUrl') ??
    optionNamed(config, 'datasources', 'db', 'url') ??
    optionNamed(config, 'datasources', 'database', 'url');
  const engine = engineOfUrl(given);
  if (engine === 'other') return undefined;
  const ofUrl = given
    ? optionsOfUrl(given, place, { name: 'url', names: fromUrl, values: 'json' })
    : { options: [], opaque: 'its URL stands in schema.prisma' };
  const own = optionsIn(config);
  const opaque = own.opaque ?? ofUrl.opaque;
  return {
    library: 'prisma-engine',
    ...(engine && { engine }),
    options: [...own.options.filter(({ name }) => name.startsWith('transactionOptions.')), ...ofUrl.options],
    ...(opaque !== undefined && { opaque }),
  };
}

function isPool(config: Abstract | undefined): boolean {
  return config !== undefined && firstOfKind(config, 'library') !== undefined;
}

/** The driver's own options, which an adapter hands on; no pool where it is given one. */
function adapterPg({ args: [config], place }: PoolCall): PoolDraft | undefined {
  if (isPool(config)) return undefined;
  const url = config && firstOfKind(config, 'scalar') ? config : undefined;
  const options = url
    ? optionsOfUrl(url, place, {
        name: 'connectionString',
        names: ['statement_timeout', 'query_timeout'],
        values: 'text',
      })
    : pgOptions(config);
  return { library: 'prisma-adapter-pg', driver: 'pg', engine: 'postgres', ...options };
}

function adapterMariadb({ args: [config], place }: PoolCall): PoolDraft | undefined {
  if (isPool(config)) return undefined;
  return { library: 'prisma-adapter-mariadb', driver: 'mariadb', engine: 'mariadb', ...mysqlOptions(config, place) };
}

export const prisma: Library = {
  packages: ['@prisma/client'],
  exports: () => ({
    PrismaClient: { gives: 'prisma', makes: enginePool, wraps: true },
    'Prisma.TransactionClient': { gives: 'transaction' },
  }),
  methods: {
    prisma: {
      $transaction: { lends: ['transaction'] },
      $extends: { gives: 'prisma' },
    },
  },
};

export const prismaAdapters: Library = {
  packages: ['@prisma/adapter-pg', '@prisma/adapter-mariadb'],
  exports: () => ({
    PrismaPg: { gives: 'module', makes: adapterPg, wraps: true },
    PrismaMariaDb: { gives: 'module', makes: adapterMariadb, wraps: true },
  }),
};
