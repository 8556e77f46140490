import type { EngineId } from '../../../base/engine.ts';
import type { SourceSpan } from '../../source-span.ts';
import type { Abstract } from '../values/abstract.ts';
import { alternativesOf, firstOfKind, isText } from '../values/make.ts';
import type { Exported, Given, Library, PoolCall, PoolDraft } from './library.ts';
import { type Options, optionsIn } from './options.ts';
import { optionsOfUrl } from './url.ts';

/** The options of `createPool(options)`, or of `createPool(url)`: an option beside a URL wins over one in it. */
export function mysqlOptions(config: Abstract | undefined, place: SourceSpan, prefix = ''): Options {
  const object = config && firstOfKind(config, 'object');
  const isUrl = config !== undefined && !object && alternativesOf(config).some(isText);
  const rules = { name: `${prefix}uri`, prefix, values: 'json' } as const;
  if (isUrl) return optionsOfUrl(config, place, rules);
  const own = optionsIn(config, { prefix });
  const uri = object?.properties.get('uri');
  const url: Options = uri ? optionsOfUrl(uri.value(), uri.place, rules) : { options: [] };
  const names = new Set(url.options.slice(0, 1).map(({ name }) => name));
  const kept = own.options.filter(({ name }) => !names.has(name));
  const takenFrom = new Set(kept.map(({ name }) => name));
  const opaque = own.opaque ?? url.opaque;
  return {
    options: [...kept, ...url.options.filter(({ name }) => !takenFrom.has(name))],
    ...(opaque !== undefined && { opaque }),
  };
}

/** A pool of the libraries that have the options of mysql: mysql, mysql2, mariadb. */
export function mysqlPool(library: string, engine: EngineId): (call: PoolCall) => PoolDraft {
  return ({ args: [config], place }) => ({ library, engine, ...mysqlOptions(config, place) });
}

function exportsOf(takesCallbacks: boolean): Readonly<Record<string, Exported>> {
  const given = (kind: 'pool' | 'client' | 'connection'): Given => ({ kind, takesCallbacks });
  return {
    createPool: { gives: given('pool'), makes: mysqlPool('mysql2', 'mysql') },
    createPoolPromise: { gives: given('pool'), makes: mysqlPool('mysql2', 'mysql') },
    createConnection: { gives: given('connection') },
    Pool: { gives: given('pool') },
    PromisePool: { gives: 'pool' },
    PoolConnection: { gives: given('client') },
    PromisePoolConnection: { gives: 'client' },
    Connection: { gives: given('connection') },
  };
}

/** mysql2, with callbacks or with promises by the path of the import. */
export const mysql2: Library = {
  packages: ['mysql2'],
  exports: (subpath) => exportsOf(!subpath.startsWith('promise')),
  methods: {
    pool: {
      getConnection: { gives: 'client', lends: [undefined, 'client'] },
      promise: { gives: 'pool' },
      on: { lends: ['client'] },
    },
    client: { promise: { gives: { kind: 'client', takesCallbacks: false } } },
    connection: { promise: { gives: 'connection' } },
  },
};
