import { PoolctlError } from '../../base/errors.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { SizeInput } from '../../size/input.ts';
import type { Workload } from '../../size/workload.ts';

type Given = ReadonlyMap<string, Sourced<unknown>>;

/** Flags that say one thing in two ways, and why there can be but one. */
const rivals = [
  ['tps', 'total-tps', '--tps is the load of one instance, --total-tps of the fleet.'],
  ['samples', 'histogram', 'Both say how long connections are held; give the one you trust more.'],
  ['hold', 'mean', '--hold and --mean both say how long a connection is held.'],
] as const;

/** Of two rivals the one of the environment gives way to the flag. @throws PoolctlError INPUT_CONTRADICTION */
export function giveWayToRivals(given: Map<string, Sourced<unknown>>): void {
  for (const [flag, otherFlag, hint] of rivals) {
    const [own, other] = [given.get(flag), given.get(otherFlag)];
    if (!own || !other) continue;
    if (isFlag(own) === isFlag(other)) {
      throw new PoolctlError('INPUT_CONTRADICTION', `${own.source} and ${other.source} cannot both be given.`, {
        hint,
      });
    }
    given.delete(isFlag(own) ? otherFlag : flag);
  }
}

function isFlag({ source }: Sourced<unknown>): boolean {
  return source.startsWith('--');
}

/** Figures that a measurement holds itself. */
const timeFlags = ['hold', 'mean', 'p50', 'p95', 'p99'] as const;
export const measuredFlags = ['samples', 'histogram', ...timeFlags] as const;

/** Flags that are one answer together and come from one supplier: measured times do not mix with the time of a profile. */
export const answers = [['tps', 'total-tps'], measuredFlags] as const;

/** A measurement beside a figure that it holds itself; what comes from the environment gives way to a flag. */
export function refuseTwice(measured: Sourced<unknown> | undefined, figures: readonly string[], given: Given): void {
  const figure = figures.map((flag) => given.get(flag)).find((candidate) => candidate?.source.startsWith('--'));
  if (!measured || !figure) return;
  throw new PoolctlError('INPUT_CONTRADICTION', `${measured.source} and ${figure.source} cannot both be given.`, {
    hint: 'The measured times hold their own mean and percentiles.',
  });
}

/** What contradicts itself within the flags of the load. */
export function refuseContradictions(given: Given): void {
  refuseTwice(given.get('samples') ?? given.get('histogram'), timeFlags, given);
  if (!given.has('concurrent-requests') || Number(given.get('connections-per-request')?.value ?? 1) > 1) return;
  throw new PoolctlError(
    'INPUT_MISSING',
    '--concurrent-requests only matters when a request holds several connections.',
    { hint: 'Add --connections-per-request 2, or leave it out.' },
  );
}

/** A rate without a time (or the other way round) is a forgotten flag, even where a profile could answer without it. */
export function refuseHalfALoad({ arrivalRatePerSecond, arrivalTimesMs, ...workload }: Workload): void {
  const rate = arrivalRatePerSecond ?? arrivalTimesMs?.length;
  const { measured, holdMs, meanMs, p95Ms, p50Ms, p99Ms } = workload;
  const time = measured ?? holdMs ?? meanMs ?? p95Ms;
  if (rate !== undefined && time === undefined) {
    const have = p50Ms === undefined && p99Ms === undefined ? '' : ' A median or a p99 alone does not tell the load.';
    throw new PoolctlError('INPUT_MISSING', `There is a rate, but not how long a connection is held.${have}`, {
      hint: 'Add --p95 300ms (or --mean, or --hold).',
    });
  }
  if (rate === undefined && (time ?? p50Ms ?? p99Ms) !== undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is a time, but no rate of requests.', {
      hint: 'Add --tps 200 (of one instance) or --total-tps 600 (of the fleet).',
    });
  }
}

/** What only changes the formula. */
const formulaOnly = [
  'workload.roundTripMs',
  'workload.batchJobs',
  'workload.burst',
  'workload.batchSize',
  'workload.retries',
  'workload.connectionsPerRequest',
  'rule.headroomRatio',
];

/** Refuses a flag that would do nothing, because there is no load and the settings of a profile are taken as they are. */
export function refuseIdleFlags(
  { arrivalRatePerSecond, arrivalTimesMs }: Workload,
  sources: Readonly<Record<string, string>>,
): void {
  if ((arrivalRatePerSecond ?? arrivalTimesMs) !== undefined) return;
  const idle = formulaOnly.map((path) => sources[path]).find((source) => source?.startsWith('--'));
  if (idle === undefined) return;
  throw new PoolctlError('INPUT_MISSING', `${idle} is given, but no load that it could change.`, {
    hint: 'Add --tps 200 --p95 300ms; a profile of settings alone is taken as it is.',
  });
}

/** The rule of cores and spindles without the cores. */
export function refuseHalfAMachine(hardware: Partial<NonNullable<SizeInput['hardware']>> = {}): void {
  if (hardware.cores !== undefined || hardware.spindles === undefined) return;
  throw new PoolctlError('INPUT_MISSING', 'The rule of cores and spindles needs the cores.', {
    hint: 'Add --cores 4.',
  });
}
