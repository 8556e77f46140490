import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { formatDuration, parseDurationMs } from '../base/units.ts';
import type { ReadOption, Sourced } from '../cli/options.ts';
import { progressOn } from '../cli/progress.ts';
import { readTarget } from '../cli/target.ts';
import { openServer } from '../engines/server.ts';
import { detect } from '../inspect/detect.ts';
import type { Warning } from '../size/steps.ts';
import { measurement } from './measurement.ts';
import type { Measurement } from './result.ts';
import { measurementWarnings } from './warnings.ts';
import { watch } from './watch.ts';

const defaultWindowMs = 60_000;
const shortestWindowMs = 2_000;

export interface Measured {
  readonly measurement: Measurement;
  readonly warnings: readonly Warning[];
  /** What ended the window early. */
  readonly failure?: unknown;
}

/** Measures the load on a server for a while, with progress on stderr. An interruption ends the window early. */
export async function measureServer(
  argument: Sourced<string> | undefined,
  read: ReadOption,
  io: Io,
): Promise<Measured> {
  const { target, timeoutMs, warnings } = await readTarget(argument, read, io);
  const windowMs = read('window', parseWindow)?.value ?? defaultWindowMs;
  // An interruption must not cut the session: the counters are read once more for what there is.
  const server = await openServer(target, { timeoutMs, signal: new AbortController().signal });
  const progress = progressOn(io, `measuring ${target.address}`);
  try {
    const detected = await detect(server, target);
    const meter = await server.meter();
    const { readings, samples, failure } = await watch(meter, {
      windowMs,
      now: io.now,
      signal: io.interrupted,
      onProgress: (share) =>
        progress.report(share, `, ${formatDuration(Math.ceil(((1 - share) * windowMs) / 1_000) * 1_000)} left`),
    });
    progress.end();
    const found = measuredUntil(failure, () => measurement(meter.facts, readings, samples));
    const pooler = detected.find((hint) => hint.pooler !== undefined)?.means;
    return {
      measurement: found,
      warnings: [
        ...warnings,
        ...cutShort(found, io, failure),
        ...inPath(pooler ?? (meter.facts.throughPooler ? 'A pooler' : undefined), found),
        ...measurementWarnings(found),
      ],
      ...(failure !== undefined && { failure }),
    };
  } finally {
    progress.end();
    await server.session.close();
  }
}

/** Where what was seen is too little, what ended the window early is the better answer. */
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

function cutShort({ windowSeconds }: Measurement, { interrupted }: Io, failure: unknown): Warning[] {
  if (!interrupted.aborted && failure === undefined) return [];
  return [
    {
      code: 'WINDOW_CUT_SHORT',
      message: `The window ended after ${formatDuration(windowSeconds * 1_000)}: ${interrupted.aborted ? 'it was interrupted' : failure instanceof Error ? failure.message : String(failure)}`,
      hint: 'The figures are of what was seen until then.',
    },
  ];
}

function parseWindow(text: string, source: string): number {
  const ms = parseDurationMs(text, source);
  if (ms >= shortestWindowMs) return ms;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is shorter than ${formatDuration(shortestWindowMs)}.`, {
    hint: 'Counters come up to a second late: write 60s.',
  });
}
