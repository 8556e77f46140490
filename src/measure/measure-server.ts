import { formatDuration } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { connectionTarget } from '../engines/dsn-target.ts';
import { openServer } from '../engines/open.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import { detect } from '../inspect/detect.ts';
import { namedPooler } from '../inspect/inspection.ts';
import { measurement } from './measurement.ts';
import type { Measurement } from './result.ts';
import { measurementWarnings } from './warnings.ts';
import { watch } from './watch.ts';

export const defaultWindowMs = 60_000;

/** Options of `measureServer`. */
export interface MeasureOptions {
  /** How long to measure; a minute by default. */
  readonly windowMs?: number;
  /** How long the login and each answer of the server may take; 5 s by default. */
  readonly timeoutMs?: number;
  /** Ends the window early: what was seen until then is the measurement. */
  readonly signal?: AbortSignal;
  /** Called with the share of the window that is over, 0 to 1. */
  readonly onProgress?: (share: number) => void | Promise<void>;
  /** Milliseconds since some moment. */
  readonly now?: () => number;
}

/** A measurement, and what to know before sizing by it. */
export interface Measured {
  readonly measurement: Measurement;
  readonly warnings: readonly Warning[];
  /** What ended the window early. */
  readonly failure?: unknown;
}

const defaultTimeoutMs = 5_000;

/**
 * Measures the load on a server for a while: logs in, reads its counters and samples its sessions on that one connection,
 * and closes it. @throws PoolctlError where the login fails, or nothing was measured
 */
export async function measureServer(
  where: string | ConnectionTarget,
  {
    windowMs = defaultWindowMs,
    timeoutMs = defaultTimeoutMs,
    signal = new AbortController().signal,
    onProgress = () => {},
    now = () => performance.now(),
  }: MeasureOptions = {},
): Promise<Measured> {
  const target = connectionTarget(where);
  // An interruption must not cut the session: the counters are read once more for what there is.
  const server = await openServer(target, { timeoutMs, signal: new AbortController().signal });
  try {
    const detected = await detect(server, target);
    const meter = await server.meter();
    const { readings, samples, failure } = await watch(meter, { windowMs, now, signal, onProgress });
    const found = measuredUntil(failure, () => measurement(meter.facts, readings, samples));
    const pooler = namedPooler({ detected })?.means;
    return {
      measurement: found,
      warnings: [
        ...cutShort(found, signal, failure),
        ...inPath(pooler ?? (meter.facts.throughPooler ? 'A pooler' : undefined), found),
        ...measurementWarnings(found),
      ],
      ...(failure !== undefined && { failure }),
    };
  } finally {
    await server.session.close();
  }
}

/** Where too little was seen, the answer is the error that ended the window early. */
function measuredUntil(failure: unknown, measure: () => Measurement): Measurement {
  try {
    return measure();
  } catch (error) {
    throw failure ?? error;
  }
}

function inPath(pooler: string | undefined, { scope }: Measurement): Warning[] {
  if (pooler === undefined) return [];
  return [
    {
      code: 'POOLER_IN_PATH',
      message: `${pooler} stands between here and the server: the figures are those of ${scope} behind it, whose sessions are the pooler's. Clients that wait in the pooler for one of them are not seen.`,
      hint: "The load sizes the pooler's pool to the server; the pools of its clients also hold a connection while they wait there.",
    },
  ];
}

function cutShort({ windowSeconds }: Measurement, signal: AbortSignal, failure: unknown): Warning[] {
  if (!signal.aborted && failure === undefined) return [];
  return [
    {
      code: 'WINDOW_CUT_SHORT',
      message: `The window ended after ${formatDuration(windowSeconds * 1_000)}: ${signal.aborted ? 'it was interrupted' : failure instanceof Error ? failure.message : String(failure)}`,
      hint: 'The figures are of what was seen until then.',
    },
  ];
}
