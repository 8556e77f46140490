import * as v from 'valibot';
import { isRange } from '../base/version-order.ts';
import { text } from '../documents/yaml-fields.ts';

/**
 * A bug of a library that costs connections, in the versions that have it. A test on the real package (test/live) fails when
 * the bug is fixed. A crash or a hang is said in words, without what triggers it.
 */
export const advisorySchema = v.strictObject({
  title: text,
  /** The npm package. */
  package: text,
  /** Versions that have the bug: `>=0.30.0 <=0.45.4`. */
  affected: v.pipe(text, v.check(isRange, 'must be comparisons, such as ">=1.2.0 <1.4.0"')),
  /** The version without it, where there is one. */
  fixedIn: v.optional(text),
  severity: v.picklist(['error', 'warn']),
  /** The code that meets it: a call of a method of an object of the library, with one of these drivers and that option set. */
  shape: v.strictObject({
    of: v.picklist(['drizzle', 'kysely', 'dataSource', 'queryRunner', 'pool', 'knex', 'sequelize', 'prisma']),
    call: text,
    drivers: v.optional(v.array(text)),
    option: v.optional(text),
  }),
  /** What happens, and what it leads to. */
  text,
  /** What to do until it is fixed. */
  advice: text,
  threads: v.pipe(v.array(v.pipe(v.string(), v.url())), v.minLength(1)),
  source: text,
  verified: v.picklist(['experiment']),
});

export type Advisory = v.InferOutput<typeof advisorySchema>;
