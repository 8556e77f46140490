import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { formatNumber } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import type { Sourced } from '../../cli/flag.ts';
import { readInput } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { placeOf } from '../../cli/place.ts';
import type { MeasuredDemand } from '../../demand/demand.ts';
import { type LoadToSize, loadOf, parseMeasurement } from '../../measure/document.ts';
import type { ProvedPool } from '../../probe/proved.ts';
import { measuredFlags, refuseTwice } from './rules.ts';

/** Beyond this, connections in use by counters and by samples are no error of measurement any more. */
const contradictionRatio = 1.5;

export interface FromLoad {
  readonly load: Sourced<LoadToSize>;
  readonly warnings: readonly Warning[];
  /** The settings that a probe ended with under this load, and whether it proved them. */
  readonly proved?: ProvedPool;
  /** Metrics may tell a rate alone; flags tell the hold time then. */
  readonly hasHold: boolean;
  /** What metrics tell, where it was them. */
  readonly demand?: MeasuredDemand;
}

/** The load that `--from` names: a live server, measured now, what `measure` has written, or what metrics tell. */
export async function readFrom(
  from: Sourced<string>,
  given: ReadonlyMap<string, Sourced<unknown>>,
  read: ReadOption,
  io: Io,
): Promise<FromLoad> {
  const place = placeOf(from.value, io);
  const { isDemandSource } = await import('../../demand/source.ts');
  const { load, ...found } = isDemandSource(from.value, io.cwd)
    ? await (await import('./metrics.ts')).loadOfMetrics(from.value, io)
    : place === 'dsn' || place === 'env'
      ? await live(from, given, read, io)
      : await file(from, io);
  const hasHold = holdIn(load);
  if (hasHold) refuseTwice(from, measuredFlags, given);
  refuseContradiction(load);
  return { load: { value: load, source: `${from.source}: ${load.what}` }, hasHold, ...found };
}

function holdIn({ meanMs, p95Ms, histogram }: LoadToSize): boolean {
  return (meanMs ?? p95Ms ?? histogram) !== undefined;
}

type Found = Omit<FromLoad, 'load' | 'hasHold'> & { readonly load: LoadToSize };

async function live(
  from: Sourced<string>,
  given: ReadonlyMap<string, Sourced<unknown>>,
  read: ReadOption,
  io: Io,
): Promise<Found> {
  refuseTwice(from, measuredFlags, given);
  const { measureNamed } = await import('../measuring.ts');
  const { measurement, warnings, failure } = await measureNamed(from, read, io);
  if (failure !== undefined) throw failure;
  const { ratePerSecond, holdTime, heldBy, scope, windowSeconds, histogram } = measurement;
  const plain = {
    scope,
    windowSeconds,
    ratePerSecond,
    holdTime,
    heldBy: [...heldBy],
    ...(histogram && { histogram: [...histogram] }),
  };
  return { load: loadOf(plain), warnings };
}

async function file({ value }: Sourced<string>, io: Io): Promise<Found> {
  const { text, name } = await readInput(value, io);
  const { isRecording } = await import('../../measurements/recording.ts');
  if (isRecording(text)) return (await import('../../measure/load-of-recording.ts')).loadOfRecording(text, name);
  const { isMetricsText } = await import('../../demand/is-metrics-text.ts');
  if (isMetricsText(text)) return (await import('./metrics.ts')).loadOfMetricsText(text, name);
  if (!isProbe(text)) return { load: parseMeasurement(text, name), warnings: [] };
  const { loadOfProbe } = await import('../../probe/measured-load.ts');
  return loadOfProbe(text, name);
}

/** Only to choose the parser, which then looks closely. */
function isProbe(text: string): boolean {
  return /^\s*\{\s*"schema"\s*:\s*"poolctl\.probe(-shard)?\//.test(text);
}

function refuseContradiction({ heldBy }: LoadToSize): void {
  const [first, ...others] = heldBy;
  const other = others.find(
    ({ value }) => first && Math.max(value, first.value) > contradictionRatio * Math.min(value, first.value) + 0.5,
  );
  if (!first || !other) return;
  throw new PoolctlError(
    'NOT_MEASURED',
    `The measurement contradicts itself: ${formatNumber(first.value)} connections in use by ${first.source}, ${formatNumber(other.value)} by ${other.source}.`,
    {
      hint: 'One of them does not see all the load; `poolctl explain measure` tells what each misses. Size with --total-tps and --mean of your own.',
    },
  );
}
