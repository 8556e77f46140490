import * as v from 'valibot';
import type { Warning } from '../base/warning.ts';
import type { WarningCode } from '../base/warning-codes.ts';
import { parseDocument } from '../documents/document.ts';
import { amount, object, optional, text } from '../documents/fields.ts';
import {
  difference,
  noRecommendation,
  ramp,
  recommendation,
  run,
  stall,
  transport,
  unpooled,
  verification,
} from './document-parts.ts';

/** A `poolctl.probe/1` as it was written: its result, who wrote it, and what it warned of. */
const probeSchema = v.object({
  schema: v.literal('poolctl.probe/1'),
  poolctl: text,
  result: object({
    mode: v.picklist(['ramp', 'load', 'verify', 'compare', 'compare-unpooled', 'stall']),
    finished: v.picklist(['complete', 'interrupted', 'stopped']),
    stoppedBy: optional(object({ guard: text, message: text })),
    target: object({
      engine: v.picklist(['postgres', 'mysql', 'mariadb']),
      version: text,
      address: text,
      user: text,
      database: optional(text),
      encrypted: v.boolean(),
    }),
    workload: object({ name: text, description: text, readOnly: v.boolean(), transportOnly: v.boolean() }),
    budget: object({
      usableConnections: amount,
      freeConnections: amount,
      limitedBy: text,
      share: amount,
      allowed: amount,
    }),
    load: object({ tps: optional(amount), arrivals: text, seed: v.number(), threads: amount }),
    transport: optional(transport),
    ramp: optional(ramp),
    recommendation: optional(recommendation),
    noRecommendation: optional(noRecommendation),
    runs: v.array(run),
    verification: optional(verification),
    comparison: optional(v.array(difference)),
    unpooled: optional(v.array(unpooled)),
    stall: optional(stall),
    cleanUp: object({
      verified: v.boolean(),
      sessionsOpened: amount,
      sessionsLeft: amount,
      cancelled: amount,
      objectsLeft: v.array(text),
    }),
    seconds: amount,
    metadata: object({ startedAt: text, node: text, drivers: text, cores: amount }),
  }),
  warnings: v.optional(v.array(v.object({ code: text, message: text, hint: text })), []),
});

type ProbeDocument = v.InferOutput<typeof probeSchema>;
/** Its `result` is a `ProbeResult`, which this part does not know. */
export type ReadProbe = Omit<ProbeDocument, 'warnings'> & { readonly warnings: readonly Warning[] };

/** Reads what `poolctl probe --json` has written. Intervals without a bound get it back as infinite. @throws PoolctlError INPUT_INVALID */
export function parseProbe(content: string, file: string): ReadProbe {
  const hint = 'Write it with `poolctl probe --json -o probe.json`.';
  const document = parseDocument(probeSchema, content, { file, what: 'a probe', hint });
  // A newer poolctl may warn of more than this one knows; a report only repeats the text.
  return {
    ...document,
    warnings: document.warnings.map((warning) => ({ ...warning, code: warning.code as WarningCode })),
  };
}
