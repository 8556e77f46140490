import type { Library, PoolCall, PoolDraft } from './library.ts';
import { optionsIn } from './options.ts';
import { optionsOfUrl } from './url.ts';

function slonikPool({ args: [url, config], place }: PoolCall): PoolDraft {
  const { options, opaque } = optionsIn(config);
  const ofUrl = optionsOfUrl(url, place, { name: 'connectionUri', names: [], values: 'text' });
  return {
    library: 'slonik',
    driver: 'pg',
    engine: 'postgres',
    options: [...options, ...ofUrl.options],
    ...(opaque !== undefined && { opaque }),
  };
}

export const slonik: Library = {
  packages: ['slonik', '@silverhand/slonik'],
  exports: () => ({
    createPool: { gives: 'pool', makes: slonikPool },
    DatabasePool: { gives: 'pool' },
    DatabasePoolConnection: { gives: 'client' },
    DatabaseTransactionConnection: { gives: 'transaction' },
  }),
  methods: {
    pool: { connect: { lends: ['client'] }, transaction: { lends: ['transaction'] } },
    client: { transaction: { lends: ['transaction'] } },
  },
};
