import { engineNamed, engineOfUrl, optionNamed } from './engines.ts';
import type { Exported, Library, PoolCall, PoolDraft } from './library.ts';
import { postgresJsOptions } from './postgres.ts';

function bunPool({ args, place }: PoolCall): PoolDraft | undefined {
  const adapters = args.map((arg) => engineNamed(optionNamed(arg, 'adapter')));
  const engine = adapters.find((adapter) => adapter !== undefined) ?? engineOfUrl(args[0]);
  return engine === 'other'
    ? undefined
    : { library: 'bun-sql', ...(engine && { engine }), ...postgresJsOptions(args, place) };
}

const pool: Exported = { gives: 'pool', makes: bunPool };

/** The SQL client that Bun brings; it has the methods of postgres.js. */
export const bun: Library = {
  packages: ['bun'],
  exports: () => ({ SQL: pool, sql: { is: 'pool' }, postgres: { is: 'pool' } }),
  methods: {
    pool: { reserve: { gives: 'client' }, begin: { lends: ['transaction'] }, transaction: { lends: ['transaction'] } },
  },
};
