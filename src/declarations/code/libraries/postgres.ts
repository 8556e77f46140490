import type { SourceSpan } from '../../source-span.ts';
import type { Abstract } from '../values/abstract.ts';
import { firstOfKind } from '../values/make.ts';
import type { Exported, Library, PoolCall, PoolDraft } from './library.ts';
import { type Options, optionsIn } from './options.ts';
import { optionsOfUrl } from './url.ts';

/** The options of `postgres(url, options)` or `postgres(options)`: an option wins over a parameter of the URL. */
export function postgresJsOptions(args: readonly Abstract[], place: SourceSpan, prefix = ''): Options {
  const [first, second] = args;
  const isOptions = first !== undefined && firstOfKind(first, 'object') !== undefined;
  const own = optionsIn(isOptions ? first : second, { prefix });
  if (isOptions) return own;
  const url = optionsOfUrl(first, place, { name: `${prefix}url`, prefix, values: 'text' });
  const taken = new Set(own.options.map(({ name }) => name));
  const opaque = own.opaque ?? url.opaque;
  return {
    options: [...own.options, ...url.options.filter(({ name }) => !taken.has(name))],
    ...(opaque !== undefined && { opaque }),
  };
}

const pool: Exported = {
  gives: 'pool',
  makes: ({ args, place }: PoolCall): PoolDraft => ({
    library: 'postgres',
    engine: 'postgres',
    ...postgresJsOptions(args, place),
  }),
};

/** postgres.js: the function that it gives is the pool. */
export const postgresJs: Library = {
  packages: ['postgres'],
  exports: () => ({
    '': pool,
    postgres: pool,
    Sql: { gives: 'pool' },
    TransactionSql: { gives: 'transaction' },
    ReservedSql: { gives: 'client' },
  }),
  methods: {
    pool: {
      '': { gives: 'query' },
      begin: { lends: ['transaction'] },
      reserve: { gives: 'client' },
      unsafe: { gives: 'query' },
    },
    transaction: { '': { gives: 'query' }, savepoint: { lends: ['transaction'] }, unsafe: { gives: 'query' } },
    client: { '': { gives: 'query' }, unsafe: { gives: 'query' } },
  },
};
