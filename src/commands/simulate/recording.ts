import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { formatCount, formatDuration } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { Workload } from '../../size/workload.ts';
import type { RecordedArrivals } from '../../traffic/arrival-law.ts';
import { simulateFlags } from './flags.ts';

/** A load that the flight recorder saw, and the pool that it saw. */
export interface RecordedSimulation {
  readonly arrivals: RecordedArrivals;
  readonly workload: Workload;
  readonly connectionLimit: number;
  readonly durationMs: number;
  /** Where the pool was empty when the recording began. */
  readonly opening?: { readonly startEmpty: true; readonly connectMs: number };
  readonly load: string;
  readonly warnings: readonly Warning[];
}

/** What `--trace` names, where it is a recording and not a list of moments. */
export async function readRecordedSimulation(
  read: ReadOption,
  io: Io,
  given: ReadonlyMap<string, Sourced<unknown>>,
): Promise<RecordedSimulation | undefined> {
  const trace = read(simulateFlags.trace)?.value;
  if (trace === undefined) return undefined;
  const { isRecording, parseRecording } = await import('../../measurements/recording.ts');
  const text = (await import('../../cli/input.ts')).readText(trace, io);
  if (!isRecording(text)) return undefined;
  refuseOthers(read, given);
  const { recordedLoad } = await import('../../diagnose/recorded-load.ts');
  const { diagnose } = await import('../../diagnose/diagnose.ts');
  const recording = parseRecording(text, trace);
  const { timesMs, holdsMs, sortedHoldsMs, guessed } = recordedLoad(recording);
  const { replayWarnings } = await import('../../diagnose/replay-warnings.ts');
  const diagnosis = diagnose(recording);
  if (timesMs.length === 0 || sortedHoldsMs.length === 0) throw nothingToReplay(trace);
  const [first] = recording.samples;
  const connects = recording.connects.filter(({ failed }) => !failed).map(({ tookMs }) => tookMs);
  const medianMs = connects.sort((a, b) => a - b)[Math.floor(connects.length / 2)];
  const wasEmpty = first !== undefined && first.used + (first.idle ?? 0) === 0;
  return {
    arrivals: { kind: 'trace', timesMs, holdsMs },
    workload: { measured: { kind: 'samples', sortedMs: sortedHoldsMs } },
    connectionLimit: Math.max(1, ...recording.samples.map(({ used, limit = used }) => limit)),
    durationMs: recording.durationMs,
    ...(wasEmpty && medianMs !== undefined && { opening: { startEmpty: true, connectMs: medianMs } }),
    load: `${formatCount(timesMs.length, 'request')} as recorded, each with its own hold${guessed > 0 ? ` (${guessed} guessed)` : ''}. Waits in the recording: p50 ${formatDuration(diagnosis.waits.p50Ms)}, p99 ${formatDuration(diagnosis.waits.p99Ms)}.`,
    warnings: replayWarnings(diagnosis),
  };
}

const countFlags = ['connections-per-request', 'batch-size', 'instances'] as const;

function refuseOthers(read: ReadOption, given: ReadonlyMap<string, Sourced<unknown>>): void {
  const others = [
    ...given.values(),
    read(simulateFlags.arrivals),
    ...countFlags.map((flag) => read(simulateFlags[flag])),
  ].flatMap((sourced) => (sourced?.source.startsWith('--') ? [sourced.source] : []));
  if (others[0] === undefined) return;
  throw new PoolctlError('INPUT_CONTRADICTION', `--trace with a recording and ${others[0]} cannot both be given.`, {
    hint: 'A recording has the moments and the holds of the requests to one pool.',
  });
}

function nothingToReplay(file: string): PoolctlError {
  return new PoolctlError('INPUT_MISSING', `${file} has no load to replay: no connection came back in it.`, {
    hint: '`poolctl report` with this file says what it shows.',
  });
}
