import { PoolctlError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { MeasuredLoad } from '../measure/document.ts';
import { parseProbe } from './document.ts';
import { type ProvedPool, provedPoolOf } from './proved.ts';
import type { ProbeResult, ProbeRun, RampLevel } from './result.ts';
import { mainRun } from './runs.ts';
import { cutShort, shardsLeftOut } from './warnings.ts';

export interface LoadOfProbe {
  readonly load: MeasuredLoad;
  readonly warnings: readonly Warning[];
  /** The settings that the probe ended with, where it tested some under a rate. */
  readonly proved?: ProvedPool;
}

/**
 * The load of a probe as `size` takes it: the rate that it was to serve, else what its best size served, and the service
 * times of the run that stands for it.
 * @throws PoolctlError INPUT_INVALID; INPUT_MISSING where the probe measured nothing that a pool could be sized by
 */
export function loadOfProbe(text: string, file: string): LoadOfProbe {
  const result: ProbeResult = parseProbe(text, file).result;
  const { workload, target, load } = result;
  if (workload.transportOnly) throw refused(file, `${workload.name} only shows how fast wire, driver and pool are.`);
  const run = mainRun(result);
  const level = levelOf(result);
  // Shards have pools of their own too, but they are one load unless it was that of instances.
  const sharers = run?.instances === undefined ? 1 : (load.instances ?? 1);
  const ofRun = (ratePerSecond: number | undefined) => ratePerSecond && ratePerSecond / sharers;
  const rate =
    load.tps ??
    ofRun(run?.wantedPerSecond) ??
    level?.throughputPerSecond.value ??
    ofRun(run?.throughputPerSecond.value);
  const sure = run?.trustworthy ? timesOfRun(run) : undefined;
  const times = sure ?? (level && timesOfLevel(level)) ?? (run && timesOfRun(run));
  if (rate === undefined || rate <= 0 || !times) throw refused(file, 'it has no run under load.');
  return {
    load: {
      ratePerSecond: rate,
      isOfInstance: true,
      ...withoutUndefined({ instances: load.instances }),
      ...times,
      heldBy: [],
      what: `probe of ${target.address}, ${workload.name}`,
    },
    warnings: [...cutShort(result), ...shardsLeftOut(result), ...(sure || !run ? [] : [spoiled(run)])],
    ...withoutUndefined({ proved: provedPoolOf(result) }),
  };
}

/** The run's times are overstated, so the pool comes out a little larger. */
function spoiled({ lagMs }: ProbeRun): Warning {
  return {
    code: 'LAG_SPOILS_PERCENTILES',
    message: `poolctl was up to ${formatDuration(lagMs.p99 ?? 0)} late (p99) in the run that this is sized by: its longest times are partly poolctl's own, and the pool a little larger than needed.`,
    hint: 'Probe again when the machine has less to do, or from another one.',
  };
}

type Times = Pick<MeasuredLoad, 'meanMs' | 'p95Ms' | 'histogram'>;

function timesOfRun({ completed, meanServiceMs, serviceMs, serviceBuckets }: ProbeRun): Times | undefined {
  if (completed === 0 || !meanServiceMs || meanServiceMs.value <= 0) return undefined;
  const histogram = serviceBuckets.length > 0 ? serviceBuckets : undefined;
  return { meanMs: meanServiceMs.value, ...withoutUndefined({ p95Ms: serviceMs.p95, histogram }) };
}

/** In a level every connection is always busy, so Little's law has the mean: connections / throughput. */
function timesOfLevel({ connectionLimit, throughputPerSecond, serviceP95Ms, boundBy }: RampLevel): Times | undefined {
  if (boundBy === 'client' || throughputPerSecond.value <= 0) return undefined;
  return { meanMs: (1_000 * connectionLimit) / throughputPerSecond.value, p95Ms: serviceP95Ms };
}

/** At the size that is recommended, or next to it. */
function levelOf({ ramp, recommendation }: ProbeResult): RampLevel | undefined {
  const size = recommendation?.connectionLimit ?? ramp?.knee.connectionLimit ?? 1;
  const distance = ({ connectionLimit }: RampLevel) => Math.abs(connectionLimit - size);
  return [...(ramp?.levels ?? [])].sort((a, b) => distance(a) - distance(b))[0];
}

function refused(file: string, why: string): PoolctlError {
  return new PoolctlError('INPUT_MISSING', `${file} has no load to size a pool by: ${why}`, {
    hint: "Probe with the application's own statements (--sql, --file), or give --tps and --p95.",
  });
}
