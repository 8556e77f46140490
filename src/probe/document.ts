import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import type { Warning } from '../base/warning.ts';
import type { WarningCode } from '../base/warning-codes.ts';
import { parseDocument } from '../documents/document.ts';
import { connections, nonNegative, object, optional, safeText } from '../documents/fields.ts';
import {
  cleanUp,
  difference,
  firstRun,
  guards,
  metadata,
  noRecommendation,
  poolerFigures,
  ramp,
  recommendation,
  run,
  runId,
  secondRun,
  split,
  stall,
  stoodStill,
  stoppedBy,
  transport,
  unpooled,
  verification,
  workload,
} from './document-parts.ts';
import { mergedShards } from './document-shards.ts';
import { firstProbeSchemaName, probeSchemaName, secondProbeSchemaName, shardSchemaName } from './schema-name.ts';

const resultFields = {
  run: optional(runId),
  mode: v.picklist(['ramp', 'load', 'verify', 'compare', 'compare-unpooled', 'stall']),
  finished: v.picklist(['complete', 'interrupted', 'stopped']),
  stoppedBy: optional(stoppedBy),
  guards: optional(guards),
  leftBefore: optional(v.array(safeText)),
  stoodStill: optional(stoodStill),
  target: object({
    engine: v.picklist(['postgres', 'mysql', 'mariadb']),
    version: safeText,
    address: safeText,
    user: safeText,
    database: optional(safeText),
    encrypted: v.boolean(),
  }),
  pooler: optional(poolerFigures),
  workload,
  budget: object({
    usableConnections: nonNegative,
    freeConnections: nonNegative,
    limitedBy: safeText,
    share: nonNegative,
    allowed: nonNegative,
  }),
  load: object({
    tps: optional(nonNegative),
    instances: optional(connections),
    arrivals: safeText,
    seed: v.number(),
    threads: nonNegative,
    durationMs: optional(nonNegative),
  }),
  transport: optional(transport),
  ramp: optional(ramp),
  recommendation: optional(recommendation),
  noRecommendation: optional(noRecommendation),
  verification: optional(verification),
  split: optional(split),
  comparison: optional(v.array(difference)),
  unpooled: optional(v.array(unpooled)),
  stall: optional(stall),
  shards: optional(mergedShards),
  cleanUp,
  seconds: nonNegative,
  metadata,
};

/** A document as it was written: the result, the poolctl that wrote it, and what it warned of. */
const documentOf = <const Name extends string, const Run extends v.GenericSchema>(name: Name, oneRun: Run) =>
  v.object({
    schema: v.literal(name),
    poolctl: safeText,
    result: object({ ...resultFields, runs: v.array(oneRun) }),
    warnings: v.optional(v.array(v.object({ code: safeText, message: safeText, hint: safeText })), []),
  });

const probeSchema = v.variant('schema', [
  documentOf(probeSchemaName, run),
  documentOf(secondProbeSchemaName, secondRun),
  documentOf(firstProbeSchemaName, firstRun),
]);

type ProbeDocument = v.InferOutput<typeof probeSchema>;
/** What a document says, whichever schema it has. Its `result` is a `ProbeResult`. */
export type ReadProbe = Omit<ProbeDocument, 'schema' | 'warnings'> & { readonly warnings: readonly Warning[] };

/**
 * Reads what `poolctl probe --json` writes, or wrote before. Intervals without a bound get it back as infinite.
 * @throws PoolctlError INPUT_INVALID
 */
export function parseProbe(content: string, file: string): ReadProbe {
  const hint = 'Write it with `poolctl probe --json -o probe.json`.';
  refuseShard(content, file);
  const { schema: _, ...document } = parseDocument(probeSchema, content, { file, what: 'a probe', hint });
  // A newer poolctl may warn of more than this one knows; a report only repeats the text.
  return {
    ...document,
    warnings: document.warnings.map((warning) => ({ ...warning, code: warning.code as WarningCode })),
  };
}

/** A part of a probe is none; whole it becomes with the others. */
function refuseShard(content: string, file: string): void {
  if (!content.slice(0, 200).includes(`"${shardSchemaName}"`)) return;
  throw new PoolctlError('INPUT_INVALID', `${file}: this is the result of one shard, and a part of a probe.`, {
    hint: 'Put all shards together first: `poolctl report --shards shard-*.json --json -o probe.json`.',
  });
}
