import type { Library, Method } from './library.ts';

const queries: Readonly<Record<string, Method>> = Object.fromEntries(
  [
    'selectFrom',
    'insertInto',
    'updateTable',
    'deleteFrom',
    'with',
    'transaction',
    'connection',
    'startTransaction',
    'withSchema',
  ].map((name) => [name, { gives: 'query' }] as const),
);

/** Kysely makes no pool: its dialects are given one. */
export const kysely: Library = {
  packages: ['kysely'],
  exports: () => ({
    Kysely: { gives: 'kysely', wraps: true },
    PostgresDialect: { gives: 'module', wraps: true },
    MysqlDialect: { gives: 'module', wraps: true },
    Transaction: { gives: 'transaction' },
    ControlledTransaction: { gives: 'transaction' },
  }),
  methods: {
    kysely: queries,
    transaction: queries,
    query: { execute: { lends: ['transaction'] }, setIsolationLevel: { gives: 'query' } },
  },
};
