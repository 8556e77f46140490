import type { DeclaredOption } from '../../declared-pool.ts';
import type { SourceSpan } from '../../source-span.ts';
import type { Abstract } from '../values/abstract.ts';
import { firstOfKind } from '../values/make.ts';
import type { Exported, Library, PoolCall, PoolDraft } from './library.ts';
import { type Options, optionsIn } from './options.ts';
import { optionsOfUrl } from './url.ts';

/** What pg takes from a URL, and lets win over the options beside it. */
const fromUrl = ['statement_timeout', 'query_timeout', 'application_name', 'options'];

/** The options of `new Pool(config)`, also where they are one level higher: with a prefix for their names. */
export function pgOptions(config: Abstract | undefined, prefix = ''): Options {
  const { options, opaque } = optionsIn(config, { prefix });
  const url = config && firstOfKind(config, 'object')?.properties.get('connectionString');
  const fromText = url && withUrl(url.value(), url.place, prefix);
  const names = new Set(fromText?.map(({ name }) => name));
  return {
    options: [...options.filter(({ name }) => !names.has(name)), ...(fromText ?? [])],
    ...(opaque !== undefined && { opaque }),
  };
}

function withUrl(url: Abstract, place: SourceSpan, prefix: string): readonly DeclaredOption[] {
  const name = `${prefix}connectionString`;
  return optionsOfUrl(url, place, { name, prefix, names: fromUrl, values: 'text' }).options;
}

export const poolOfPg = ({ args: [config] }: PoolCall): PoolDraft => ({
  library: 'pg',
  engine: 'postgres',
  ...pgOptions(config),
});

const pool: Exported = { gives: 'pool', makes: poolOfPg };
const connection: Exported = { gives: 'connection' };
const types: Readonly<Record<string, Exported>> = {
  PoolClient: { gives: 'client' },
  ClientBase: { gives: 'client' },
};

const exported: Readonly<Record<string, Exported>> = {
  '': pool,
  Pool: pool,
  BoundPool: pool,
  'native.Pool': pool,
  createPool: pool,
  Client: connection,
  'native.Client': connection,
  createClient: connection,
  ...types,
};

/** node-postgres, its pool alone, and what exports the same classes. */
export const pg: Library = {
  packages: ['pg', 'pg-pool', '@neondatabase/serverless', '@vercel/postgres', '@types/pg'],
  exports: (subpath) => (/^(?:native)?$/.test(subpath) ? exported : {}),
  methods: {
    pool: {
      connect: { gives: 'client', lends: [undefined, 'client', 'release'] },
      on: { lends: ['client'] },
    },
  },
};
