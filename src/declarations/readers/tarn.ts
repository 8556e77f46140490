import type { Reader } from '../reader.ts';

/** The options of new Pool() of tarn, as JSON or YAML. The connections are a driver's of any kind. */
export const tarnReader: Reader = {
  title: 'tarn',
  formats: ['yaml'],
  drivers: ['tarn'],
  rivals: ['pg', 'generic-pool'],
  yields: true,
  isTyped: true,
  login: [],
  others: { destroyTimeoutMillis: 'limits the wait for a connection to close' },
  pick: (entries) => ({
    driver: 'tarn',
    isMarked: false,
    options: entries.map((entry) => ({ ...entry, name: entry.key })),
  }),
};
