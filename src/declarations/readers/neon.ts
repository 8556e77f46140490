import type { Reader } from '../reader.ts';
import { pgReader } from './pg.ts';

/** The options of new Pool() of @neondatabase/serverless, which has a copy of pg in it, as JSON or YAML. */
export const neonReader: Reader = {
  ...pgReader,
  title: '@neondatabase/serverless',
  drivers: ['neon'],
  rivals: ['pg'],
  yields: true,
  pick: (entries, context) => ({ ...pgReader.pick(entries, context), driver: 'neon' }),
};
