import * as v from 'valibot';
import { text } from '../documents/yaml-fields.ts';

/** A package that opens connections of its own, beside the pools that a program makes. */
export const hiddenPoolSchema = v.strictObject({
  title: text,
  /** The npm package. */
  package: text,
  /** Its exports that open them when they are called or made with `new`. */
  made: v.array(text),
  /** The export makes the class that opens them: `connectPgSimple(session)`. */
  isFactory: v.optional(v.boolean()),
  /** The profile of the driver that it uses. */
  driver: text,
  /** How many it opens at most where nothing is set. */
  connections: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The option that sets how many. */
  size: v.optional(text),
  /** Options that give it a pool of the program instead. */
  sharedBy: v.optional(v.array(text)),
  note: v.optional(text),
  source: text,
  verified: v.picklist(['experiment', 'source']),
});

export type HiddenPool = v.InferOutput<typeof hiddenPoolSchema>;
