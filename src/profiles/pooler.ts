import * as v from 'valibot';
import { ratio, text } from '../documents/yaml-fields.ts';
import { amount, fact, hint, refusal, remark, setting, source, timeLimit } from './fields.ts';

/** A pooler or proxy between an application and its server: two limits instead of one, and what no longer works. */
export const poolerSchema = v.strictObject({
  title: text,
  engines: v.array(v.picklist(['postgres', 'mysql', 'mariadb'])),
  versionsTested: v.optional(v.array(text)),
  /** The limit towards applications: a name in `settings`, and what it counts for. */
  clientLimit: v.optional(fact({ setting: text, per: v.optional(text) })),
  /** The limit towards the server: a name in `settings`, what it counts for, and what all of it can come to. */
  serverLimit: v.optional(fact({ setting: text, per: v.optional(text), worstCase: v.optional(text) })),
  settings: v.record(text, setting),
  /** The share of the server's connections to keep free above recent peaks, where the vendor says one. */
  advisedHeadroom: v.optional(fact({ ratio })),
  /** The least that the vendor advises for a setting, by the server's class. */
  advisedMinimum: v.optional(
    fact({
      setting: text,
      rows: v.array(v.strictObject({ class: text, value: amount, andLarger: v.optional(v.boolean()) })),
    }),
  ),
  /** What an application cannot use while sessions are shared. */
  transactionMode: v.optional(
    fact({
      breaks: v.array(text),
      /** Those of them that report success and do not work. */
      silently: v.optional(v.array(text)),
    }),
  ),
  /** What ties a client to one server connection until it leaves, so that nothing is shared. */
  pinnedBy: v.optional(fact({ statements: v.array(text) })),
  refusals: v.optional(v.array(refusal)),
  timeLimits: v.optional(v.array(timeLimit)),
  detection: v.optional(v.array(hint)),
  notes: v.optional(v.array(remark)),
  sources: v.record(text, source),
});

export type PoolerProfile = v.InferOutput<typeof poolerSchema>;
