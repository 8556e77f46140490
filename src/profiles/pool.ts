import * as v from 'valibot';
import { count, countOrZero, durationMs, ratePerSecond, ratio, text } from '../documents/yaml-fields.ts';
import { parseProfile } from './document.ts';

/**
 * A sizing profile, shipped in `profiles/pools/` or a user's own file: settings to take as they are, a rule to size by,
 * or a workload to size for. Every part may be left out; flags and the environment win over it.
 */
export const poolSchema = v.strictObject({
  title: text,
  settings: v.optional(
    v.strictObject({
      connectionLimit: v.optional(count),
      queueLimit: v.optional(count),
      acquireTimeout: v.optional(durationMs),
      connectTimeout: v.optional(durationMs),
      queryTimeout: v.optional(durationMs),
    }),
  ),
  workload: v.optional(
    v.strictObject({
      tps: v.optional(ratePerSecond),
      hold: v.optional(durationMs),
      p95: v.optional(durationMs),
      rtt: v.optional(durationMs),
      batchJobs: v.optional(countOrZero),
    }),
  ),
  headroom: v.optional(ratio),
  /** The load that the profile is made for; outside of it `size` says so. */
  madeFor: v.optional(
    v.strictObject({ tps: v.strictObject({ from: v.optional(countOrZero), to: v.optional(count) }) }),
  ),
  source: v.optional(text),
});

/** A user's own sizing profile; `file` is how mistakes name it. */
export function parsePoolProfile(text: string, file: string): PoolProfile {
  return parseProfile(poolSchema, text, file);
}

export type PoolProfile = v.InferOutput<typeof poolSchema>;
