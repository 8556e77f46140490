import type { Given, Library } from './library.ts';
import { mysqlPool } from './mysql2.ts';

const given = (kind: 'pool' | 'client' | 'connection'): Given => ({ kind, takesCallbacks: true });

export const mysql: Library = {
  packages: ['mysql'],
  exports: () => ({
    createPool: { gives: given('pool'), makes: mysqlPool('mysql', 'mysql') },
    createConnection: { gives: given('connection') },
    Pool: { gives: given('pool') },
    PoolConnection: { gives: given('client') },
    Connection: { gives: given('connection') },
  }),
  methods: {
    pool: { getConnection: { gives: 'client', lends: [undefined, 'client'] }, on: { lends: ['client'] } },
  },
};
