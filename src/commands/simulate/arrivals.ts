import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { formatNumber } from '../../base/units.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { Workload } from '../../size/workload.ts';
import type { ArrivalLaw } from '../../traffic/arrival-law.ts';
import { refuseHalfALoad } from '../size/rules.ts';
import { simulateFlags } from './flags.ts';

/** The arrivals of connections, and how to call them. */
export async function gatherArrivals(
  read: ReadOption,
  io: Io,
  workload: Workload,
  instances: number,
): Promise<{ arrivals: ArrivalLaw; load: string }> {
  const together = gatherTogether(read);
  const trace = read(simulateFlags.trace)?.value;
  if (trace !== undefined) {
    if (together.size > 1) refuseTogether(together, '--trace', 'A trace has the moment of every request.');
    const timesMs = (await import('../size/measurements.ts')).readTrace(trace, io);
    return { arrivals: { kind: 'trace', timesMs }, load: `${formatNumber(timesMs.length)} recorded requests` };
  }
  const { arrivalRatePerSecond, scope = 'instance', burst } = workload;
  if (arrivalRatePerSecond === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'There is no load to simulate.', {
      hint: 'Add --tps 200 --p95 300ms, or a recorded --trace.',
    });
  }
  refuseHalfALoad(workload);
  const ratePerSecond = scope === 'fleet' ? arrivalRatePerSecond : arrivalRatePerSecond * instances;
  const kind = read(simulateFlags.arrivals)?.value;
  if (burst && kind) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--burst and --arrivals cannot both be given.', {
      hint: 'Bursts are Poisson arrivals in two phases.',
    });
  }
  const tps = `${formatNumber(ratePerSecond)} TPS`;
  if (together.size > 1) {
    if (burst) refuseTogether(together, '--burst', 'A batch is a burst of its own.');
    if (kind) refuseTogether(together, '--arrivals', 'Write --batch-size 10 alone instead of --arrivals batches:10.');
    const { size, perRequest, batch } = together;
    return {
      arrivals: { kind: 'batches', ratePerSecond: ratePerSecond * perRequest, size },
      load: [
        `${tps} (${batch > 1 ? `in batches of ${batch}` : 'poisson'})`,
        ...(perRequest > 1 ? [`each with ${perRequest} connections together`] : []),
      ].join(', '),
    };
  }
  const arrivals: ArrivalLaw = burst
    ? { kind: 'bursty', ratePerSecond, ...burst }
    : (kind?.(ratePerSecond) ?? { kind: 'poisson', ratePerSecond });
  return { arrivals, load: `${tps} (${arrivals.kind})` };
}

/** Connections that are asked for at one moment: those of a request, and of the requests of a batch. */
interface Together {
  readonly size: number;
  readonly perRequest: number;
  readonly batch: number;
  readonly flag: string;
}

function gatherTogether(read: ReadOption): Together {
  const perRequest = read(simulateFlags['connections-per-request'])?.value ?? 1;
  const batch = read(simulateFlags['batch-size'])?.value ?? 1;
  const flag = batch > 1 ? '--batch-size' : '--connections-per-request';
  return { size: perRequest * batch, perRequest, batch, flag };
}

function refuseTogether({ flag }: Together, other: string, hint: string): never {
  throw new PoolctlError('INPUT_CONTRADICTION', `${flag} and ${other} cannot both be given.`, { hint });
}
