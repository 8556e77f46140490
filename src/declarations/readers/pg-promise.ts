import type { Reader } from '../reader.ts';
import { pgReader } from './pg.ts';

/** The connection object of pg-promise, which hands it to the pool of pg, as JSON or YAML. */
export const pgPromiseReader: Reader = {
  ...pgReader,
  title: 'pg-promise',
  drivers: ['pg-promise'],
  rivals: ['pg'],
  yields: true,
  pick: (entries, context) => ({ ...pgReader.pick(entries, context), driver: 'pg-promise' }),
};
