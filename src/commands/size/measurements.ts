import type { Io } from '../../base/io.ts';
import { chunksOf, readText } from '../../cli/input.ts';
import { parseHistogram } from '../../measurements/histogram.ts';
import { parseSamples } from '../../measurements/samples.ts';
import { parseTrace } from '../../measurements/trace.ts';
import type { Workload } from '../../size/workload.ts';

/** Hold times as a whole, of the file of `--samples`. */
export function readSamples(file: string, io: Io): NonNullable<Workload['measured']> {
  return { kind: 'samples', sortedMs: parseSamples(chunksOf(file, io), file) };
}

/** Hold times as a whole, of the file of `--histogram`. */
export function readHistogram(file: string, io: Io): NonNullable<Workload['measured']> {
  return parseHistogram(readText(file, io), file);
}

/** Moments of requests, of the file of `--trace`. */
export function readTrace(file: string, io: Io): readonly number[] {
  return parseTrace(readText(file, io), file);
}
