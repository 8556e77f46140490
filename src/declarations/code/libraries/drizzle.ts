import type { Abstract } from '../values/abstract.ts';
import { firstOfKind, isText } from '../values/make.ts';
import { optionNamed } from './engines.ts';
import type { Library, Method, PoolCall, PoolDraft } from './library.ts';
import { mysqlOptions } from './mysql2.ts';
import { misplaced, type Options, optionsIn } from './options.ts';
import { pgOptions } from './pg.ts';
import { postgresJsOptions } from './postgres.ts';
import { optionsOfUrl } from './url.ts';

type Driver = 'pg' | 'mysql2' | 'postgres';

const drivers: Readonly<Record<string, Driver>> = {
  'node-postgres': 'pg',
  'neon-serverless': 'pg',
  'vercel-postgres': 'pg',
  mysql2: 'mysql2',
  'postgres-js': 'postgres',
};

/** `drizzle(url)` and `drizzle({ connection })` make a pool of the driver; given a pool, it makes none. */
function drizzlePool({ what, args: [first], place }: PoolCall): PoolDraft | undefined {
  const driver = drivers[what.subpath];
  if (!driver) return undefined;
  const config = first && firstOfKind(first, 'object');
  const connection = config ? optionNamed(config, 'connection') : first;
  const isUrl = connection !== undefined && isText(connection);
  if (connection === undefined || (!isUrl && !config)) return undefined;
  const beside = config ? optionsIn(config).options.filter(({ name }) => !name.startsWith('connection')) : [];
  const inner = isUrl ? ofUrl(driver, connection, place) : ofObject(driver, connection, place);
  return {
    library: 'drizzle',
    driver,
    engine: driver === 'mysql2' ? 'mysql' : 'postgres',
    ...inner,
    options: [...misplaced(beside, misplacements), ...inner.options],
  };
}

function ofUrl(driver: Driver, url: Abstract, place: PoolCall['place']): Options {
  const rules = { name: 'connection', prefix: 'connection.' };
  const names = ['statement_timeout', 'query_timeout', 'application_name', 'options'];
  if (driver === 'pg') return optionsOfUrl(url, place, { ...rules, names, values: 'text' });
  return optionsOfUrl(url, place, { ...rules, values: driver === 'mysql2' ? 'json' : 'text' });
}

function ofObject(driver: Driver, connection: Abstract, place: PoolCall['place']): Options {
  if (driver === 'pg') return pgOptions(connection, 'connection.');
  if (driver === 'mysql2') return mysqlOptions(connection, place, 'connection.');
  return postgresJsOptions([connection], place, 'connection.');
}

const belongs = 'Drizzle hands only what stands in `connection` to the driver';
const misplacements = Object.fromEntries(
  ['max', 'pool.', 'connectionLimit', 'idleTimeoutMillis', 'connectionTimeoutMillis', 'idle_timeout'].map((name) => [
    name,
    belongs,
  ]),
);

const queries: Readonly<Record<string, Method>> = Object.fromEntries(
  ['select', 'selectDistinct', 'insert', 'update', 'delete', 'execute', 'with'].map(
    (name) => [name, { gives: 'query' }] as const,
  ),
);

export const drizzle: Library = {
  packages: ['drizzle-orm'],
  exports: () => ({
    drizzle: { gives: 'drizzle', makes: drizzlePool, wraps: true },
    NodePgDatabase: { gives: 'drizzle' },
    NeonDatabase: { gives: 'drizzle' },
    MySql2Database: { gives: 'drizzle' },
    PostgresJsDatabase: { gives: 'drizzle' },
    PgDatabase: { gives: 'drizzle' },
    PgTransaction: { gives: 'transaction' },
    MySqlTransaction: { gives: 'transaction' },
  }),
  methods: {
    drizzle: { ...queries, transaction: { lends: ['transaction'] } },
    transaction: { ...queries, transaction: { lends: ['transaction'] } },
  },
  properties: { drizzle: { query: 'query', $client: 'pool' } },
};
