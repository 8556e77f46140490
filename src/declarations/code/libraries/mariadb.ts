import type { Given, Library } from './library.ts';
import { mysqlPool } from './mysql2.ts';

/** The connector of MariaDB, with callbacks under the path `callback`. */
export const mariadb: Library = {
  packages: ['mariadb'],
  exports(subpath) {
    const given = (kind: 'pool' | 'client' | 'connection'): Given => ({
      kind,
      takesCallbacks: subpath.startsWith('callback'),
    });
    return {
      createPool: { gives: given('pool'), makes: mysqlPool('mariadb', 'mariadb') },
      createConnection: { gives: given('connection') },
      Pool: { gives: given('pool') },
      PoolConnection: { gives: given('client') },
      Connection: { gives: given('connection') },
    };
  },
  methods: {
    pool: { getConnection: { gives: 'client', lends: [undefined, 'client'] } },
  },
};
