import { nodeDrivers, nodeEngine } from '../node-engine.ts';
import type { Reader } from '../reader.ts';

/** The options of knex(), as JSON or YAML. */
export const knexReader: Reader = {
  title: 'Knex',
  formats: ['yaml'],
  drivers: ['knex'],
  isTyped: true,
  wrapped: { prefix: 'pool.', drivers: { mysql2: 'tarn', pg: 'tarn' } },
  login: [
    'client',
    'dialect',
    'version',
    'connection',
    'connection.host',
    'connection.port',
    'connection.user',
    'connection.password',
    'connection.database',
    'connection.connectionString',
    'connection.socketPath',
    'connection.ssl',
    'connection.ssl.*',
  ],
  others: {
    'connection.*': 'is handed to the driver',
    asyncStackTraces: 'makes longer stack traces',
    compileSqlOnError: 'puts the SQL into errors',
    debug: 'prints statements',
    'migrations.*': 'configures migrations',
    'pool.afterCreate': 'is run on every new connection',
    searchPath: 'is the search path of connections',
    'searchPath.*': 'is the search path of connections',
    'seeds.*': 'configures seeds',
    useNullAsDefault: 'writes null for values that are missing',
  },
  pick(entries, context) {
    const named = nodeEngine(entries, 'client');
    const engine = named ?? nodeEngine(entries, 'dialect') ?? context.engine;
    return {
      driver: 'knex',
      isMarked: named !== undefined,
      options: entries.map((entry) => ({ ...entry, name: entry.key })),
      ...(engine && { engine, inUse: nodeDrivers[engine] }),
    };
  },
};
