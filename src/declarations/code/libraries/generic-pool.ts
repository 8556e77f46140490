import { firstOfKind } from '../values/make.ts';
import { optionNamed } from './engines.ts';
import type { Library, PoolCall, PoolDraft } from './library.ts';
import { optionsIn } from './options.ts';

/** A pool of database connections, by what its factory makes; one of browsers or sockets is none of ours. */
function ofFactory({ args: [factory, options], call, callMethod }: PoolCall): PoolDraft | undefined {
  const create = optionNamed(factory, 'create');
  const instance = factory && firstOfKind(factory, 'instance');
  const made = create ? call(create) : instance && callMethod(instance, 'create');
  const connection = made && firstOfKind(made, 'library')?.object;
  if (!connection) return undefined;
  return { library: 'generic-pool', ...optionsIn(options) };
}

export const genericPool: Library = {
  packages: ['generic-pool'],
  exports: () => ({ createPool: { gives: 'pool', makes: ofFactory }, Pool: { gives: 'pool' } }),
  methods: { pool: { acquire: { gives: 'client' }, use: { lends: ['client'] } } },
};
