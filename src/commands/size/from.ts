import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { formatNumber } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import type { Sourced } from '../../cli/flag.ts';
import { readInput } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { placeOf } from '../../cli/place.ts';
import { loadOf, type MeasuredLoad, parseMeasurement } from '../../measure/document.ts';
import type { ProvedPool } from '../../probe/proved.ts';
import { measuredFlags, refuseTwice } from './rules.ts';

/** Beyond this, connections in use by counters and by samples are no error of measurement any more. */
const contradictionRatio = 1.5;

export interface FromLoad {
  readonly load: Sourced<MeasuredLoad>;
  readonly warnings: readonly Warning[];
  /** The settings that a probe ended with under this load, and whether it proved them. */
  readonly proved?: ProvedPool;
}

/** The load that `--from` names: a live server, measured now, or what `measure` has written. */
export async function readFrom(
  from: Sourced<string>,
  given: ReadonlyMap<string, Sourced<unknown>>,
  read: ReadOption,
  io: Io,
): Promise<FromLoad> {
  refuseTwice(from, measuredFlags, given);
  const place = placeOf(from.value, io);
  const { load, ...found } = place === 'dsn' || place === 'env' ? await live(from, read, io) : await file(from, io);
  refuseContradiction(load);
  return { load: { value: load, source: `${from.source}: ${load.what}` }, ...found };
}

type Found = Omit<FromLoad, 'load'> & { readonly load: MeasuredLoad };

async function live(from: Sourced<string>, read: ReadOption, io: Io): Promise<Found> {
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
  if (!isProbe(text)) return { load: parseMeasurement(text, name), warnings: [] };
  const { loadOfProbe } = await import('../../probe/measured-load.ts');
  return loadOfProbe(text, name);
}

/** Only to choose the parser, which then looks closely. */
function isProbe(text: string): boolean {
  return /^\s*\{\s*"schema"\s*:\s*"poolctl\.probe\//.test(text);
}

function refuseContradiction({ heldBy }: MeasuredLoad): void {
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
