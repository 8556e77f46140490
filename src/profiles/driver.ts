import * as v from 'valibot';
import { text } from './fields.ts';

/** What a driver or ORM calls a setting, in which unit, and what it does; no `option` means that it has none. */
const option = v.strictObject({
  /** Where it stands in the options of the pool, as written in code: `max`, `extra.queueLimit`. */
  option: v.optional(text),
  type: v.optional(text),
  unit: v.optional(text),
  default: v.optional(v.union([v.string(), v.number(), v.boolean()])),
  /** Given with each call, not to the pool. */
  perCall: v.optional(v.boolean()),
  note: v.optional(text),
  source: text,
  verified: v.picklist(['experiment', 'source', 'docs', 'unverified']),
});

const fact = v.strictObject({ text, source: v.optional(text) });

/** A client pool or ORM: its options by our names of the concepts, and its traps. */
export const driverSchema = v.strictObject({
  title: text,
  versions: v.array(text),
  /** The call or object that takes the options. */
  optionsOf: text,
  options: v.strictObject({
    connectionLimit: option,
    queueLimit: option,
    acquireTimeout: option,
    connectTimeout: option,
    queryTimeout: option,
    minIdle: v.optional(option),
    maxIdle: v.optional(option),
    idleTimeout: v.optional(option),
    maxLifetime: v.optional(option),
    failFast: v.optional(option),
    keepAlive: v.optional(option),
    validation: v.optional(option),
    leakDetection: v.optional(option),
    maxUses: v.optional(option),
    exitOnIdle: v.optional(option),
  }),
  atExhaustion: fact,
  unknownOptions: fact,
  liveStatistics: fact,
  hazards: v.array(text),
});

export type DriverProfile = v.InferOutput<typeof driverSchema>;
