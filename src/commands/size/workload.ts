import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { parseCount, parseDurationMs, parseRatePerSecond } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { parseBurst } from '../../cli/notation.ts';
import { oneOf, type ReadOption, type Sourced } from '../../cli/options.ts';
import type { MeasuredLoad } from '../../measure/document.ts';
import type { Workload } from '../../size/workload.ts';
import { readMeasured } from './measurements.ts';
import type { NamedProfile } from './profile.ts';
import type { Sources } from './sources.ts';

/** The load, from flags, the environment and a profile. */
export function gatherWorkload(
  read: ReadOption,
  io: Io,
  profile: NamedProfile | undefined,
  sources: Sources,
  from?: Sourced<MeasuredLoad>,
): Workload {
  const total = read('total-tps', parseRatePerSecond);
  const rate =
    oneOf(read('tps', parseRatePerSecond), total, '--tps is the load of one instance, --total-tps of the fleet.') ??
    sourcedFrom(from, ({ ratePerSecond }) => ratePerSecond) ??
    profile?.value('workload.tps', ({ workload }) => workload?.tps);
  const isOfFleet =
    rate !== undefined && (rate === total || (rate.source === from?.source && !from.value.isOfInstance));
  const { measured, hold, mean, p50, p95, p99 } = gatherTimes(read, io, profile, from);
  const count = (name: string, least?: number) => read(name, (text, source) => parseCount(text, source, least));
  const workload = withoutUndefined({
    arrivalRatePerSecond: sources.take('workload.arrivalRatePerSecond', rate),
    scope: isOfFleet ? ('fleet' as const) : undefined,
    p50Ms: sources.take('workload.p50Ms', p50),
    p95Ms: sources.take('workload.p95Ms', p95),
    p99Ms: sources.take('workload.p99Ms', p99),
    measured: sources.take('workload.measured', measured),
    meanMs: sources.take('workload.meanMs', mean),
    holdMs: sources.take('workload.holdMs', hold),
    burst: sources.take('workload.burst', read('burst', parseBurst)),
    roundTripMs: sources.take(
      'workload.roundTripMs',
      read('rtt', parseDurationMs) ?? profile?.value('workload.rtt', (values) => values.workload?.rtt),
    ),
    connectionsPerRequest: sources.take('workload.connectionsPerRequest', count('connections-per-request')),
    concurrentRequests: sources.take('workload.concurrentRequests', count('concurrent-requests')),
    batchJobs: sources.take(
      'workload.batchJobs',
      count('batch-jobs', 0) ?? profile?.value('workload.batchJobs', (values) => values.workload?.batchJobs),
    ),
  });
  refuseUnbounded(workload);
  return workload;
}

interface Times {
  readonly measured?: Sourced<NonNullable<Workload['measured']>> | undefined;
  readonly hold?: Sourced<number> | undefined;
  readonly mean?: Sourced<number> | undefined;
  readonly p50?: Sourced<number> | undefined;
  readonly p95?: Sourced<number> | undefined;
  readonly p99?: Sourced<number> | undefined;
}

/** How long a connection is held: from flags and the environment, else from a server or a profile. */
function gatherTimes(
  read: ReadOption,
  io: Io,
  profile: NamedProfile | undefined,
  from: Sourced<MeasuredLoad> | undefined,
): Times {
  const measured = readMeasured(read, io);
  const [p50, p95, p99] = (['p50', 'p95', 'p99'] as const).map((name) => read(name, parseDurationMs));
  const mean = read('mean', parseDurationMs);
  const hold = read('hold', parseDurationMs);
  const best = oneOf(hold, mean, '--hold and --mean both say how long a connection is held.');
  refuseTwice(measured, [best, p50, p95, p99]);
  refuseTwice(from, [measured, best, p50, p95, p99]);
  if (from) {
    const buckets = sourcedFrom(
      from,
      ({ histogram }) => histogram && ({ kind: 'histogram', buckets: histogram } as const),
    );
    if (buckets) return { measured: buckets };
    return { mean: sourcedFrom(from, ({ meanMs }) => meanMs), p95: sourcedFrom(from, ({ p95Ms }) => p95Ms) };
  }
  if (measured ?? best ?? p95 ?? p50 ?? p99)
    return { measured, p50, p95, p99, ...(best === hold ? { hold } : { mean }) };
  return { hold: profile?.value('workload.hold', (values) => values.workload?.hold) };
}

function sourcedFrom<T>(
  from: Sourced<MeasuredLoad> | undefined,
  pick: (load: MeasuredLoad) => T | undefined,
): Sourced<T> | undefined {
  const value = from && pick(from.value);
  return from && value !== undefined ? { value, source: from.source } : undefined;
}

/** A file of measurements beside a figure that it holds itself; what comes from the environment gives way to a flag. */
export function refuseTwice(
  measured: Sourced<unknown> | undefined,
  figures: readonly (Sourced<unknown> | undefined)[],
): void {
  const figure = figures.find((candidate) => candidate?.source.startsWith('--'));
  if (!measured || !figure) return;
  throw new PoolctlError('INPUT_CONTRADICTION', `${measured.source} and ${figure.source} cannot both be given.`, {
    hint: 'The measured times hold their own mean and percentiles.',
  });
}

/** A rate without a time (or the other way round) is a forgotten flag, even where a profile could answer without it. */
export function refuseHalfALoad({
  arrivalRatePerSecond,
  measured,
  meanMs,
  holdMs,
  p50Ms,
  p95Ms,
  p99Ms,
}: Workload): void {
  const time = measured ?? holdMs ?? meanMs ?? p95Ms;
  if (arrivalRatePerSecond !== undefined && time === undefined) {
    const have = p50Ms === undefined && p99Ms === undefined ? '' : ' A median or a p99 alone does not tell the load.';
    throw new PoolctlError('INPUT_MISSING', `There is a rate, but not how long a connection is held.${have}`, {
      hint: 'Add --p95 300ms (or --mean, or --hold).',
    });
  }
  if (arrivalRatePerSecond === undefined && (time ?? p50Ms ?? p99Ms) !== undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is a time, but no rate of requests.', {
      hint: 'Add --tps 200 (of one instance) or --total-tps 600 (of the fleet).',
    });
  }
}

function refuseUnbounded({ concurrentRequests, connectionsPerRequest = 1 }: Workload): void {
  if (concurrentRequests === undefined || connectionsPerRequest > 1) return;
  throw new PoolctlError(
    'INPUT_MISSING',
    '--concurrent-requests only matters when a request holds several connections.',
    {
      hint: 'Add --connections-per-request 2, or leave it out.',
    },
  );
}

/** What only changes the formula. */
const formulaOnly = [
  'workload.roundTripMs',
  'workload.batchJobs',
  'workload.burst',
  'workload.connectionsPerRequest',
  'rule.headroomRatio',
];

/** Refuses a flag that would do nothing, because there is no load and the settings of a profile are taken as they are. */
export function refuseIdleFlags({ arrivalRatePerSecond }: Workload, sources: Sources): void {
  if (arrivalRatePerSecond !== undefined) return;
  const idle = formulaOnly.map((path) => sources.byPath[path]).find((source) => source?.startsWith('--'));
  if (idle === undefined) return;
  throw new PoolctlError('INPUT_MISSING', `${idle} is given, but no load that it could change.`, {
    hint: 'Add --tps 200 --p95 300ms; a profile of settings alone is taken as it is.',
  });
}
