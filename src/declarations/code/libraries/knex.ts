import type { Abstract } from '../values/abstract.ts';
import { firstOfKind } from '../values/make.ts';
import { engineNamed, engineOfUrl, optionNamed } from './engines.ts';
import type { Exported, Library, Method, PoolCall, PoolDraft } from './library.ts';
import { misplaced, optionsIn } from './options.ts';
import { optionsOfUrl } from './url.ts';

/** The pool of knex by its configuration; also that of a knexfile. */
export function knexPool(config: Abstract | undefined, place: PoolCall['place']): PoolDraft | undefined {
  if (config !== undefined && firstOfKind(config, 'scalar')) return ofUrl(config, place);
  const connection = optionNamed(config, 'connection');
  const engine =
    engineNamed(optionNamed(config, 'client') ?? optionNamed(config, 'dialect')) ?? engineOfUrl(connection);
  if (engine === 'other') return undefined;
  const { options, opaque } = optionsIn(config, { holders: ['pool'] });
  const property = config && firstOfKind(config, 'object')?.properties.get('connection');
  const isUrl = property !== undefined && connection !== undefined && !firstOfKind(connection, 'object');
  const url = isUrl
    ? optionsOfUrl(connection, property.place, { name: 'connection', prefix: 'connection.', values: 'text' })
    : undefined;
  return {
    library: 'knex',
    ...(engine && { engine, driver: engine === 'postgres' ? 'pg' : 'mysql2' }),
    options: [
      ...misplaced(
        options.filter(({ name }) => !url || name !== 'connection'),
        misplacements,
      ),
      ...(url?.options ?? []),
    ],
    ...(opaque !== undefined && { opaque }),
  };
}

function ofUrl(url: Abstract, place: PoolCall['place']): PoolDraft | undefined {
  const engine = engineOfUrl(url);
  if (engine === 'other') return undefined;
  const { options } = optionsOfUrl(url, place, { name: 'connection', prefix: 'connection.', values: 'text' });
  return { library: 'knex', ...(engine && { engine, driver: engine === 'postgres' ? 'pg' : 'mysql2' }), options };
}

const belongs = 'knex reads the settings of its pool only in `pool` at the top level';
const misplacements = {
  'connection.pool.': belongs,
  'migrations.pool.': belongs,
  ...Object.fromEntries(
    ['max', 'min', 'idleTimeoutMillis', 'acquireTimeoutMillis', 'connectionLimit'].map((name) => [name, belongs]),
  ),
};

const main: Exported = { gives: 'knex', makes: ({ args: [config], place }) => knexPool(config, place) };

const queries: Readonly<Record<string, Method>> = Object.fromEntries(
  [
    '',
    'select',
    'from',
    'table',
    'into',
    'insert',
    'update',
    'delete',
    'raw',
    'with',
    'queryBuilder',
    'where',
    'count',
  ].map((name) => [name, { gives: 'query' }] as const),
);

export const knex: Library = {
  packages: ['knex'],
  exports: () => ({
    '': main,
    knex: main,
    Knex: { ...main, typed: 'knex' },
    'Knex.Transaction': { gives: 'transaction' },
    'Knex.QueryBuilder': { gives: 'query' },
    'knex.Transaction': { gives: 'transaction' },
    Transaction: { gives: 'transaction' },
  }),
  methods: {
    knex: {
      ...queries,
      transaction: { gives: 'transaction', lends: ['transaction'] },
      withUserParams: { gives: 'knex' },
    },
    transaction: { ...queries, transaction: { gives: 'transaction', lends: ['transaction'] } },
  },
};

/** Objection has no pool of its own: its models run on a knex. */
export const objection: Library = {
  packages: ['objection'],
  exports: () => ({
    Model: { gives: 'model' },
    Transaction: { gives: 'transaction' },
    TransactionOrKnex: { gives: 'knex' },
    transaction: { gives: 'transaction', lends: ['transaction'] },
    'transaction.start': { gives: 'transaction' },
    QueryBuilder: { gives: 'query' },
  }),
  methods: {
    model: {
      query: { gives: 'query' },
      knex: { gives: 'knex' },
      startTransaction: { gives: 'transaction' },
      transaction: { lends: ['transaction'] },
    },
  },
};
