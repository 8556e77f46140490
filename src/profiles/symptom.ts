import * as v from 'valibot';
import { text } from '../documents/yaml-fields.ts';
import { parseProfile } from './document.ts';

/** Who says it, and in which words, beside what the profiles of drivers, servers and poolers have. */
const says = v.strictObject({
  /** The id of a profile, or a name where there is none. */
  by: text,
  /** With `<name>` for what differs. */
  message: v.optional(text),
  /** SQLSTATE, errno, symbol or class. */
  codes: v.optional(v.array(text)),
  /** Others use the same words: in a log only a line that has nothing else is meant. */
  alone: v.optional(v.boolean()),
  source: text,
  verified: v.picklist(['experiment', 'source', 'docs', 'unverified']),
});

/** What users see when it breaks, and what it comes from: profiles/symptoms/ID.yaml. */
export const symptomSchema = v.strictObject({
  /** What happened, in one line. */
  title: text,
  happened: text,
  /** Most likely first, each with how to tell it from the others. */
  causes: v.pipe(v.array(v.strictObject({ cause: text, tell: text })), v.minLength(1), v.maxLength(4)),
  look: v.array(v.strictObject({ command: text, for: text })),
  /** Topics of `poolctl explain`. */
  see: v.optional(v.array(text)),
  says: v.optional(v.array(says)),
});

export type Symptom = v.InferOutput<typeof symptomSchema>;

/** A symptom as it stands in its file. @throws PoolctlError PROFILE_INVALID */
export function parseSymptom(id: string, text: string): Symptom {
  return parseProfile(symptomSchema, text, `profiles/symptoms/${id}.yaml`);
}
