import * as v from 'valibot';
import type { Warning } from '../base/warning.ts';
import type { WarningCode } from '../base/warning-codes.ts';
import { parseDocument } from '../documents/document.ts';
import { nonNegative, object, optional, safeText } from '../documents/fields.ts';
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
  poolctl: safeText,
  result: object({
    mode: v.picklist(['ramp', 'load', 'verify', 'compare', 'compare-unpooled', 'stall']),
    finished: v.picklist(['complete', 'interrupted', 'stopped']),
    stoppedBy: optional(object({ guard: safeText, message: safeText })),
    target: object({
      engine: v.picklist(['postgres', 'mysql', 'mariadb']),
      version: safeText,
      address: safeText,
      user: safeText,
      database: optional(safeText),
      encrypted: v.boolean(),
    }),
    workload: object({ name: safeText, description: safeText, readOnly: v.boolean(), transportOnly: v.boolean() }),
    budget: object({
      usableConnections: nonNegative,
      freeConnections: nonNegative,
      limitedBy: safeText,
      share: nonNegative,
      allowed: nonNegative,
    }),
    load: object({ tps: optional(nonNegative), arrivals: safeText, seed: v.number(), threads: nonNegative }),
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
      sessionsOpened: nonNegative,
      sessionsLeft: nonNegative,
      cancelled: nonNegative,
      objectsLeft: v.array(safeText),
    }),
    seconds: nonNegative,
    metadata: object({ startedAt: safeText, node: safeText, drivers: safeText, cores: nonNegative }),
  }),
  warnings: v.optional(v.array(v.object({ code: safeText, message: safeText, hint: safeText })), []),
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
