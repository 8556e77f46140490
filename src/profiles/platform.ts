import * as v from 'valibot';
import { count, countOrZero, durationMs, ratio, text } from '../documents/yaml-fields.ts';
import { amount, fact, remark, source, timeLimit } from './fields.ts';

/** Where an application runs, or what its connections pass through: what multiplies pools, and what cuts them off. */
export const platformSchema = v.strictObject({
  title: text,
  /** Instances that run at once while a new version replaces the old one; the usual way first. */
  rollouts: v.optional(
    v.array(
      fact({
        of: text,
        /** Extra instances, as a share of those wanted or as a number, and how a fraction of one is rounded. */
        surge: v.optional(ratio),
        surgeInstances: v.optional(count),
        rounding: v.optional(v.picklist(['up', 'down'])),
        maxUnavailable: v.optional(ratio),
        /** The most instances that can hold connections, in multiples of those wanted: old ones end slowly. */
        worstFactor: v.optional(amount),
      }),
    ),
  ),
  /** How many instances there are where nothing is set, or what bounds them. */
  instances: v.optional(
    v.array(
      fact({
        of: text,
        least: v.optional(countOrZero),
        most: v.optional(count),
        /** It serves several requests at once, whatever `concurrency` says of the others. */
        servesSeveral: v.optional(v.boolean()),
      }),
    ),
  ),
  /** Platforms that start an instance per request served at the same time. */
  concurrency: v.optional(fact({ rule: text, accountDefault: v.optional(count), poolMax: v.optional(count) })),
  /** Limits of the platform itself. */
  connectionLimits: v.optional(v.array(fact({ per: text, connections: count }))),
  /** Connections of other clients that come on top. */
  otherConnections: v.optional(v.array(fact({ name: text, connections: countOrZero }))),
  timeLimits: v.optional(v.array(timeLimit)),
  /** When the operating system first probes a silent connection. */
  keepalive: v.optional(fact({ firstProbe: durationMs })),
  rules: v.optional(v.array(fact({ name: text, rule: text }))),
  notes: v.optional(v.array(remark)),
  sources: v.record(text, source),
});

export type PlatformProfile = v.InferOutput<typeof platformSchema>;
