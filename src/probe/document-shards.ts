import * as v from 'valibot';
import { client, connections, estimateField, nonNegative, object, optional, safeText } from '../documents/fields.ts';
import { percentileFigures, runId } from './document-parts.ts';

const shardFigures = object({
  shard: nonNegative,
  run: runId,
  host: safeText,
  finished: v.picklist(['complete', 'interrupted', 'stopped']),
  clock: optional(object({ offsetMs: v.pipe(v.number(), v.finite()), rttMs: nonNegative })),
  connections: nonNegative,
  pools: nonNegative,
  throughputPerSecond: nonNegative,
  openedLateMs: nonNegative,
  client,
  limitedBy: optional(v.picklist(['client', 'host'])),
  trustworthy: v.boolean(),
});

export const mergedShards = object({
  plan: runId,
  hash: safeText,
  of: connections,
  missing: v.array(nonNegative),
  cutToMs: optional(nonNegative),
  leftOut: v.array(object({ label: safeText, reason: safeText })),
  step: optional(safeText),
  each: v.array(shardFigures),
  withoutLate: optional(
    object({
      late: v.array(nonNegative),
      throughputPerSecond: estimateField,
      waitMs: percentileFigures,
      totalMs: percentileFigures,
    }),
  ),
});
