import { type FieldKinds, wrongField } from '../../base/check-fields.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';

export interface FlightRecorderOptions {
  /** Where files go when a pool saturates; it is made when the first one is written. Without it, only `record` writes. */
  readonly folder?: string;
  /** A request that has waited for so long means saturation; so does one that timed out or was refused. 1,000 by default. */
  readonly saturatedAfterMs?: number;
  /** What comes after that is recorded for so long before the file is written. 5,000 by default. */
  readonly tailMs?: number;
  /** The least time from one file of a pool to the next. 300,000 by default. */
  readonly pauseMs?: number;
  /** The most files; the oldest of this process is removed for the next one. 10 by default. */
  readonly files?: number;
  /** How far back a file goes. 300,000 by default. */
  readonly spanMs?: number;
  /** Acquires that are kept of each pool, 35 bytes each. 32,768 by default. */
  readonly acquires?: number;
  /** After each file that was written of itself. */
  readonly onFile?: (path: string, pool: string) => void;
  /** A file could not be written. By default it is a warning of the process. */
  readonly onError?: (error: Error) => void;
}

export type RecorderSettings = Required<Omit<FlightRecorderOptions, 'folder'>> & Pick<FlightRecorderOptions, 'folder'>;

const ranges = {
  saturatedAfterMs: [1, 3_600_000],
  tailMs: [0, 600_000],
  pauseMs: [0, 86_400_000],
  files: [1, 1_000],
  spanMs: [1_000, 900_000],
  acquires: [1, 2 ** 22],
} as const;

const counts: ReadonlySet<string> = new Set(['files', 'acquires']);

const kinds: FieldKinds<FlightRecorderOptions> = {
  folder: 'string',
  saturatedAfterMs: 'number',
  tailMs: 'number',
  pauseMs: 'number',
  files: 'number',
  spanMs: 'number',
  acquires: 'number',
  onFile: 'function',
  onError: 'function',
};

const byDefault = {
  saturatedAfterMs: 1_000,
  tailMs: 5_000,
  pauseMs: 300_000,
  files: 10,
  spanMs: 300_000,
  acquires: 32_768,
  onFile: () => {},
  onError: (error: Error) =>
    process.emitWarning(`A recording could not be written: ${error.message}`, 'PoolctlWarning'),
};

/** @throws RangeError */
export function checkedOptions(options: FlightRecorderOptions): RecorderSettings {
  const wrong = wrongField(options, kinds);
  if (wrong !== undefined) throw new RangeError(`What flightRecorder() was given ${wrong}`);
  const settings = { ...byDefault, ...withoutUndefined(options) };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = settings[name as keyof typeof ranges];
    const kind = counts.has(name) ? 'a whole number' : 'a number';
    const isOfKind = !counts.has(name) || Number.isInteger(value);
    if (!(value >= least && value <= most && isOfKind))
      throw new RangeError(`${name} is ${value}; it must be ${kind} from ${least} to ${most}.`);
  }
  return settings;
}
