import type { HoldTimeInput } from '../core/hold-time.ts';
import { parseHistogram } from '../inputs/histogram.ts';
import { parseSamples } from '../inputs/samples.ts';
import type { Io } from '../io.ts';
import { readText } from './input.ts';
import { oneOf, type ReadOption, type Sourced } from './options.ts';

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
