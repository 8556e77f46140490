import type { Flag } from '../cli/flag.ts';
import { simulateFlags } from '../commands/simulate/flags.ts';
import { sizeFlags } from '../commands/size/flags.ts';

/** A slider beside a field: its ends, on a logarithmic scale, and what stands behind the number. */
export interface Slide {
  readonly from: number;
  readonly to: number;
  readonly unit: '' | 'ms' | '%';
  readonly isWhole?: true;
}

/** A flag that the page has a field for. */
export interface Field {
  readonly flag: string;
  readonly help: string;
  readonly placeholder: string;
  readonly slide?: Slide;
  /** The only words that it takes. */
  readonly words?: readonly string[];
  /** Where a longer list of what it takes is found. */
  readonly list?: () => Promise<readonly string[]>;
}

export interface FieldGroup {
  readonly title: string;
  readonly command: 'size' | 'simulate';
  readonly fields: readonly Field[];
  /** Shown when asked for. */
  readonly further: readonly Field[];
}

const perSecond: Slide = { from: 1, to: 10_000, unit: '' };
const time: Slide = { from: 1, to: 10_000, unit: 'ms' };
const count = (to: number): Slide => ({ from: 1, to, unit: '', isWhole: true });

const slides: Readonly<Record<string, Slide>> = {
  tps: perSecond,
  p95: time,
  p50: time,
  mean: time,
  instances: count(200),
  headroom: { from: 1, to: 300, unit: '%' },
  'max-connections': count(5_000),
  'connection-limit': count(1_000),
};

/** The flags of `size` and `simulate` that need no file, server or environment: all others have no field, and a link cannot give them. */
export const fieldGroups: readonly FieldGroup[] = [
  ofSize(
    'Load',
    ['tps', 'p95', 'p50', 'mean'],
    [
      'hold',
      'p99',
      'total-tps',
      'rtt',
      'burst',
      'batch-size',
      'retries',
      'deadline',
      'batch-jobs',
      'connections-per-request',
      'concurrent-requests',
    ],
  ),
  ofSize('Fleet', ['instances', 'surge'], ['max-instances', 'processes', 'balancer', 'platform']),
  ofSize('Server', ['server', 'max-connections'], ['reserved', 'other-connections', 'cores', 'spindles']),
  ofSize('Rule and targets', ['headroom'], ['method', 'max-wait-p99', 'max-utilization', 'max-loss', 'profile']),
  ofSize('Is my pool right?', ['connection-limit'], ['queue-limit', 'acquire-timeout', 'query-timeout']),
  ofSize('Driver', ['emit'], ['driver', 'driver-version', 'lang', 'slow-query']),
  {
    title: 'Simulation',
    command: 'simulate',
    fields: fieldsOf(simulateFlags, ['scenario']),
    further: fieldsOf(simulateFlags, ['duration', 'replications', 'seed', 'arrivals']),
  },
];

/** What `simulate` takes of the fields of `size`. */
export const sharedFlags: readonly string[] = [
  ...['tps', 'total-tps', 'p95', 'p50', 'p99', 'mean', 'hold', 'burst', 'rtt', 'batch-size', 'retries', 'deadline'],
  ...['connections-per-request', 'max-wait-p99', 'max-loss', 'instances', 'balancer', 'max-connections', 'surge'],
];

type SizeFlagName = keyof typeof sizeFlags;

function ofSize(title: string, names: readonly SizeFlagName[], further: readonly SizeFlagName[]): FieldGroup {
  return { title, command: 'size', fields: fieldsOf(sizeFlags, names), further: fieldsOf(sizeFlags, further) };
}

function fieldsOf<Name extends string>(flags: Readonly<Record<Name, Flag>>, names: readonly Name[]): Field[] {
  return names.map((name) => fieldOf(flags[name]));
}

function fieldOf({ flag, help, takes }: Flag): Field {
  const { example = '', offers, isList } = takes ?? {};
  const slide = slides[flag];
  // A list without the example is of some words among others.
  const isClosed = Array.isArray(offers) && !isList && offers.includes(example);
  return {
    flag,
    help,
    placeholder: example,
    ...(slide && { slide }),
    ...(isClosed && { words: offers }),
    ...(typeof offers === 'function' && { list: offers }),
  };
}

/** Every field of a command, by the name of its flag. */
export function fieldsFor(command: FieldGroup['command']): Field[] {
  return fieldGroups
    .filter((group) => group.command === command)
    .flatMap(({ fields, further }) => [...fields, ...further]);
}
