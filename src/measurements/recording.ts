import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { parseDocument } from '../documents/document.ts';
import { object, safeText } from '../documents/fields.ts';
import type { AcquireOutcome } from '../monitor/facts.ts';
import {
  noHolder,
  type RecordingReason,
  recordedOutcomes,
  recordingReasons,
  recordingSchemaName,
} from '../monitor/recording/document.ts';

/** What the flight recorder of `poolctl/monitor` saw of one pool; times in ms from its start. */
export interface Recording {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly reason: RecordingReason;
  readonly pool: {
    readonly name: string;
    readonly library: string;
    /** Left out where the library does not show it, or has no limit. */
    readonly acquireTimeoutMs?: number;
    readonly queueLimit?: number;
  };
  /** Acquires that had ended and were overwritten by later ones. */
  readonly overwritten: number;
  /** In the order of asking. */
  readonly acquires: readonly RecordedAcquire[];
  readonly connects: readonly RecordedConnect[];
  readonly samples: readonly RecordedSample[];
  /** Times in which the event loop stood still. */
  readonly stops: readonly RecordedStop[];
}

export interface RecordedAcquire {
  readonly askedMs: number;
  /** To the hand-over or the failure; to the end of the recording for one that waits. */
  readonly waitMs: number;
  /** From the hand-over to the return; left out while it is out, and where there was none. */
  readonly useMs?: number;
  readonly outcome: AcquireOutcome;
  /** Which acquire its own asynchronous context held, if any; left out where contexts were not followed. */
  readonly holder?: number | 'none';
  /** Where in the application it was asked for: `src/orders.ts:12`. */
  readonly site?: string;
}

export interface RecordedConnect {
  readonly startedMs: number;
  readonly tookMs: number;
  readonly failed: boolean;
}

export interface RecordedSample {
  readonly atMs: number;
  readonly used: number;
  /** Left out where the library does not show it. */
  readonly idle?: number;
  readonly connecting?: number;
  readonly pending: number;
  /** Left out for a pool without one. */
  readonly limit?: number;
  /** How late callbacks were since the sample before, on average over its time. */
  readonly lagMs: number;
}

export interface RecordedStop {
  readonly fromMs: number;
  readonly toMs: number;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const wholes = v.array(whole);
const maybe = v.array(v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(Number.MAX_SAFE_INTEGER)));

const acquireColumns = {
  askedUs: wholes,
  queuedUs: maybe,
  connectingUs: maybe,
  waitUs: wholes,
  useUs: maybe,
  outcome: wholes,
  holder: v.array(v.pipe(v.number(), v.integer(), v.minValue(noHolder))),
  site: maybe,
};
const sizeColumns = { used: wholes, idle: maybe, connecting: maybe, pending: wholes, limit: maybe };

const recordingSchema = object({
  schema: v.literal(recordingSchemaName),
  result: object({
    startedAt: safeText,
    durationUs: whole,
    reason: v.picklist(recordingReasons),
    pool: object({
      name: safeText,
      library: safeText,
      acquireTimeoutMs: v.optional(whole),
      queueLimit: v.optional(whole),
    }),
    overwritten: whole,
    sites: v.array(safeText),
    acquires: object(acquireColumns),
    connects: object({ startedUs: wholes, tookUs: wholes, failed: wholes }),
    samples: object({ atUs: wholes, ...sizeColumns, lagUs: wholes }),
    stops: object({ startedUs: wholes, tookUs: wholes }),
  }),
});
type Result = v.InferOutput<typeof recordingSchema>['result'];

const hint = 'Record it again: the flight recorder of poolctl/monitor writes a file whole or not at all.';

/** Only to choose the parser, which then looks closely. */
export function isRecording(text: string): boolean {
  return /^\s*\{\s*"schema"\s*:\s*"poolctl\.recording\//.test(text);
}

/** Reads a file of the flight recorder. @throws PoolctlError INPUT_INVALID with file and key */
export function parseRecording(text: string, file: string): Recording {
  const { result } = parseDocument(recordingSchema, text, { file, what: 'a recording', hint });
  const damage = damageOf(result);
  if (damage !== undefined) {
    throw new PoolctlError('INPUT_INVALID', `${file}: this recording is damaged: ${damage}`, { hint });
  }
  const { acquires, connects, samples, stops, sites } = result;
  return {
    startedAt: result.startedAt,
    durationMs: result.durationUs / 1_000,
    reason: result.reason,
    pool: poolIn(result.pool),
    overwritten: result.overwritten,
    acquires: acquires.askedUs.map((askedUs, row) => ({
      askedMs: askedUs / 1_000,
      waitMs: ms(acquires.waitUs[row]),
      outcome: recordedOutcomes[acquires.outcome[row] ?? 0] ?? 'other',
      ...withoutUndefined({
        useMs: known(acquires.useUs[row], 1_000),
        holder: acquires.holder[row] === noHolder ? 'none' : known(acquires.holder[row]),
        site: sites[acquires.site[row] ?? -1],
      }),
    })),
    connects: connects.startedUs.map((startedUs, row) => ({
      startedMs: startedUs / 1_000,
      tookMs: ms(connects.tookUs[row]),
      failed: connects.failed[row] === 1,
    })),
    samples: samples.atUs.map((atUs, row) => ({
      atMs: atUs / 1_000,
      used: samples.used[row] ?? 0,
      pending: samples.pending[row] ?? 0,
      lagMs: ms(samples.lagUs[row]),
      ...withoutUndefined({
        idle: known(samples.idle[row]),
        connecting: known(samples.connecting[row]),
        limit: known(samples.limit[row]),
      }),
    })),
    stops: stops.startedUs.map((startedUs, row) => ({
      fromMs: startedUs / 1_000,
      toMs: (startedUs + (stops.tookUs[row] ?? 0)) / 1_000,
    })),
  };
}

function poolIn({ name, library, acquireTimeoutMs, queueLimit }: Result['pool']): Recording['pool'] {
  return { name, library, ...withoutUndefined({ acquireTimeoutMs, queueLimit }) };
}

const ms = (us = 0) => us / 1_000;
const known = (value = -1, unit = 1) => (value < 0 ? undefined : value / unit);

/** What cannot be, first of all; undefined for a sound one. */
function damageOf({ acquires, connects, samples, stops, sites, durationUs }: Result): string | undefined {
  const tables = { acquires, connects, samples, stops };
  for (const [name, columns] of Object.entries(tables)) {
    const [[, times] = ['', []], ...others] = Object.entries(columns) as [string, readonly number[]][];
    for (const [column, values] of others) {
      if (Array.isArray(values) && values.length !== times.length)
        return `${name}.${column} has ${values.length} rows, not ${times.length}.`;
    }
    const back = times.findIndex((time, row) => time < (times[row - 1] ?? 0));
    if (back >= 0) return `row ${back} of ${name} is before the one above it.`;
    if ((times.at(-1) ?? 0) > durationUs) return `${name} go on after its end.`;
  }
  const meaningless = acquires.outcome.find((outcome) => outcome >= recordedOutcomes.length);
  if (meaningless !== undefined) return `an outcome is ${meaningless}, which means nothing.`;
  const later = acquires.holder.findIndex((holder, row) => holder >= row);
  if (later >= 0) return `acquire ${later} has a holder that came later.`;
  const nowhere = acquires.site.find((site) => site >= sites.length);
  return nowhere === undefined ? undefined : `an acquire has site ${nowhere} of ${sites.length}.`;
}
