import { isNamed, type Reader } from '../reader.ts';

/** Names that no other pool has. */
const own = [
  'connectionRetryLimit',
  'idleInTransactionSessionTimeout',
  'maximumConnectionAge',
  'queryRetryLimit',
  'transactionRetryLimit',
];

/** The second argument of createPool() of Slonik, as JSON or YAML. */
export const slonikReader: Reader = {
  title: 'Slonik',
  formats: ['yaml'],
  drivers: ['slonik'],
  rivals: ['hikaricp'],
  yields: true,
  isTyped: true,
  login: ['connectionUri', 'password', 'ssl', 'ssl.*'],
  others: {
    captureStackTrace: 'keeps the place of each query for errors',
    connectionRetryLimit: 'limits the attempts to open a connection',
    dangerouslyAllowForeignConnections: 'lets a transaction use another connection',
    gracefulTerminationTimeout: 'limits the wait for a query when the pool ends',
    poolName: 'names the pool in logs',
    queryRetryLimit: 'limits the attempts of a query that was rolled back',
    tracing: 'makes spans of OpenTelemetry',
    transactionRetryLimit: 'limits the attempts of a transaction that was rolled back',
  },
  pick: (entries) => ({
    driver: 'slonik',
    inUse: 'pg',
    engine: 'postgres',
    isMarked: entries.some(({ key }) => isNamed(key, own)),
    options: entries.map((entry) => ({ ...entry, name: entry.key })),
  }),
};
