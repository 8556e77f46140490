import type { Reader } from '../reader.ts';

/** The second argument of createPool() of generic-pool, as JSON or YAML. The connections are a driver's of any kind. */
export const genericPoolReader: Reader = {
  title: 'generic-pool',
  formats: ['yaml'],
  drivers: ['generic-pool'],
  rivals: ['pg', 'tarn'],
  yields: true,
  isTyped: true,
  login: [],
  others: {
    autostart: 'opens the connections of min when the pool is made',
    destroyTimeoutMillis: 'limits the wait for a connection to close',
    fifo: 'lends the connection that was idle for longest',
    numTestsPerEvictionRun: 'limits how many idle connections one sweep looks at',
    priorityRange: 'is the number of priorities among waiting requests',
  },
  pick: (entries) => ({
    driver: 'generic-pool',
    isMarked: false,
    options: entries.map((entry) => ({ ...entry, name: entry.key })),
  }),
};
