import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { FleetLoad, LoadSource } from '../../budget/model.ts';
import { checkWorkload, type Workload } from '../../size/workload.ts';
import type { WrittenLoad } from '../schema.ts';
import type { Written } from '../written.ts';
import { refuseFleet } from './refuse.ts';

/** The load that the owner writes; undefined where it names where it was measured. @throws PoolctlError INPUT_INVALID */
export function writtenLoad(
  load: WrittenLoad,
  service: Written<unknown>,
  key: readonly (string | number)[],
): FleetLoad | undefined {
  if (load.from !== undefined) return undefined;
  const { totalTps, hold, mean, p50, p95, p99 } = load;
  if (totalTps === undefined) {
    throw refuseFleet(service, key, 'it has no rate.', 'Write totalTps: the requests a second of all instances.');
  }
  if ([hold, mean, p50, p95, p99].every((time) => time === undefined))
    throw refuseFleet(service, key, 'it has no time.', 'Write hold, mean, p50, p95 or p99: how long a request takes.');
  const workload = workloadIn(load);
  try {
    checkWorkload(workload);
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    throw refuseFleet(service, key, error.message, error.hint ?? 'Give numbers that can all be true.');
  }
  return { workload, from: service.in.file };
}

/** Where the load of a pool was measured, with what is written beside it. */
export function loadSource(
  load: WrittenLoad | undefined,
  service: Written<unknown>,
  key: readonly (string | number)[],
): LoadSource | undefined {
  if (load?.from === undefined) return undefined;
  const { file } = service.in;
  return {
    from: load.from,
    file,
    written: workloadIn(load),
    place: service.in.placeOf([...service.path, ...key, 'from']),
  };
}

function workloadIn({ totalTps, hold, mean, p50, p95, p99, roundTrip }: WrittenLoad): Workload {
  return {
    scope: 'fleet',
    ...withoutUndefined({
      arrivalRatePerSecond: totalTps,
      ...{ holdMs: hold, meanMs: mean, p50Ms: p50, p95Ms: p95, p99Ms: p99, roundTripMs: roundTrip },
    }),
  };
}
