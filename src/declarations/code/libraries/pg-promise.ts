import { firstOfKind } from '../values/make.ts';
import type { Library, PoolCall, PoolDraft } from './library.ts';
import { type Options, optionsIn } from './options.ts';
import { optionsOfUrl } from './url.ts';

/** What pg takes from a URL. */
const fromUrl = ['statement_timeout', 'query_timeout', 'application_name', 'options'];

/** `pgp(url)`, `pgp(options)`: both go to the pool of pg. */
function poolOfPgPromise({ args: [connection], place }: PoolCall): PoolDraft {
  const isOptions = connection === undefined || firstOfKind(connection, 'object') !== undefined;
  const url = isOptions ? optionUrl() : connection;
  const own: Options = isOptions ? optionsIn(connection) : { options: [] };
  const ofUrl = optionsOfUrl(url, place, { name: 'connectionString', names: fromUrl, values: 'text' });
  const names = new Set(ofUrl.options.map(({ name }) => name));
  return {
    library: 'pg-promise',
    engine: 'postgres',
    options: [...own.options.filter(({ name }) => !names.has(name)), ...ofUrl.options],
    ...(own.opaque !== undefined && { opaque: own.opaque }),
  };

  function optionUrl() {
    return connection && firstOfKind(connection, 'object')?.properties.get('connectionString')?.value();
  }
}

const lent = {
  tx: { lends: ['transaction'] },
  txIf: { lends: ['transaction'] },
  task: { lends: ['client'] },
  taskIf: { lends: ['client'] },
} as const;

/** `const pgp = pgPromise()`, and `pgp(connection)` makes the pool. */
export const pgPromise: Library = {
  packages: ['pg-promise'],
  exports: () => ({
    '': { returns: 'pgp' },
    pgp: { gives: 'pool', makes: poolOfPgPromise },
    IDatabase: { gives: 'pool' },
    ITask: { gives: 'transaction' },
  }),
  methods: { pool: lent, client: lent, transaction: lent },
};
