import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import { oneOf, type ReadOption, type Sourced } from '../../cli/options.ts';
import { parseHistogram } from '../../measurements/histogram.ts';
import { parseSamples } from '../../measurements/samples.ts';
import type { HoldTimeInput } from '../../queueing/fit/hold-time.ts';

type Measured = NonNullable<HoldTimeInput['measured']>;

/** Hold times measured as a whole, from `--samples` or `--histogram`. */
export function readMeasured(read: ReadOption, io: Io): Sourced<Measured> | undefined {
  const samples = read(
    'samples',
    (file): Measured => ({ kind: 'samples', sortedMs: parseSamples(readText(file, io), file) }),
  );
  const histogram = read(
    'histogram',
    (file): Measured => ({ kind: 'histogram', buckets: parseHistogram(readText(file, io), file) }),
  );
  return oneOf(samples, histogram, 'Both say how long connections are held; give the one you trust more.');
}
