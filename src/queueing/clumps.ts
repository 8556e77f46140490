import { burstPhases, type TwoPhaseBursts } from './burst.ts';
import { holdDistribution } from './distribution.ts';
import { holdOverlap } from './hold-overlap.ts';
import type { PoolModel } from './pool-model.ts';

/** Arrivals as the chain plays them, per mean hold, and how it is made to answer for the real ones. */
export interface Clumps {
  readonly load: number;
  readonly rates: readonly [number, number];
  readonly endings: readonly [number, number];
  readonly batchSize: number;
  /** The pool and the load are smaller by this. */
  readonly scale: number;
  /** Real time over the chain's, where those that wait in the chain stand at this place on average; Infinity in overload. */
  readonly clock: (meanPlace: number) => number;
}

/**
 * For exponential holds without `peakedness` the arrivals themselves. For others the chain's waits are wrong by a factor, the
 * clock: in short bursts and batches that of heavy traffic (ca2 + cs2) / 2, with ca2 the index of dispersion (J. F. C. Kingman
 * (1962); Whitt, The Queueing Network Analyzer (1983)), in long ones that within the burst, and for lengths between their
 * geometric mean. Its weights are read off simulations (test/bench/bursts.mjs).
 */
export function clumpsOf({
  connections,
  arrivalRatePerSecond,
  bursts,
  batchSize = 1,
  hold: law,
  peakedness = 1,
}: PoolModel): Clumps {
  const hold = holdDistribution(law);
  const load = (arrivalRatePerSecond / 1_000) * hold.meanMs;
  const real = bursts ? phasesPerHold(burstPhases(arrivalRatePerSecond, bursts), hold.meanMs) : onePhase(load);
  const forgetting = real.endings[0] + real.endings[1];
  const variance = rateVariance(real);
  const phases = variance > 0 ? amplified(real, load, shown(holdOverlap(hold, forgetting))) : real;
  const realBatch = 1 + (batchSize - 1) * shown(holdOverlap(hold, Infinity));
  const playedBatch = Math.max(1, Math.round(realBatch));
  const playedVariance = rateVariance(phases);
  // What the rounding of the batch leaves, in peakedness.
  const byBursts = playedVariance / (load * (1 + forgetting));
  const rest = ((realBatch + 1) / 2 + byBursts) / ((playedBatch + 1) / 2 + byBursts);
  const scale = Math.min(peakedness * rest, connections);
  const dispersion = (batch: number, rateVariance: number) => batch + (2 * rateVariance) / (load * forgetting);
  const playedDispersion = dispersion(playedBatch, playedVariance);
  const excess = playedDispersion > 1 ? (dispersion(batchSize, variance) - 1) / (playedDispersion - 1) : 1;
  const quick = (meanPlace: number): number => {
    const utilization = Math.min(1, load / connections);
    // In Poisson traffic the mean place is 1 / (1 - utilization).
    const seen =
      meanPlace === Infinity ? playedDispersion : Math.max(1, (2 * meanPlace * (1 - utilization)) / scale - 1);
    const weight = unevenness(hold.scv, utilization);
    const real = peakedness * ((seen - 1) * (1 + (excess - 1) * weight) + 2) - 1;
    return Math.max(0.1, (real + 1 + (hold.scv - 1) * weight) / (scale * (seen + 1)));
  };
  const lasting = bursts ? bursts.burstMs / (bursts.burstMs + 5 * hold.meanMs) : 0;
  return {
    load,
    ...phases,
    batchSize: playedBatch,
    scale,
    clock: (meanPlace) => {
      if (hold.isMemoryless && scale === 1) return 1;
      const slow = withinBursts(phases, connections, hold.scv, meanPlace);
      return Math.max(0.1, quick(meanPlace) ** (1 - lasting) * slow ** lasting);
    },
  };
}

/**
 * How much of a larger overlap is played: its root. Holds that end together, as constant ones do, make a burst felt harder but
 * not longer.
 */
function shown(overlapping: number): number {
  return overlapping > 1 ? Math.sqrt(overlapping) : overlapping;
}

/** How far the unevenness of the holds shows in the waits: in full only at full load. */
function unevenness(scv: number, utilization: number): number {
  return scv > 1 ? utilization ** 3 : utilization;
}

/**
 * The clock of bursts that last many hold times: what flows in above capacity waits the same for all holds, and the rest as
 * in heavy traffic at the rate of the burst. The first is the content of a fluid queue, exponential with rate r2 / (burst - c) -
 * r1 / (c - quiet) (D. Anick, D. Mitra and M. M. Sondhi, Bell System Technical Journal 61 (1982)).
 */
function withinBursts({ rates, endings }: Phases, connections: number, scv: number, meanPlace: number): number {
  const [over, under] = [rates[1] - connections, connections - rates[0]];
  const decay = endings[1] / over - endings[0] / under;
  const fluid = over > 0 ? Math.min(1, 1 / (decay * meanPlace)) : 0;
  const noisy = 1 + ((scv - 1) / 2) * unevenness(scv, Math.min(1, rates[1] / connections));
  return meanPlace === Infinity ? 1 : fluid + (1 - fluid) * noisy;
}

/** The two rates, and how often they end, per mean hold. */
type Phases = Pick<Clumps, 'rates' | 'endings'>;

const onePhase = (load: number): Phases => ({ rates: [load, load], endings: [1, 1] });

function phasesPerHold(phases: TwoPhaseBursts, meanHoldMs: number): Phases {
  const { ratePerSecond, burstRatePerSecond, meanQuietMs, meanBurstMs } = phases;
  return {
    rates: [(ratePerSecond * meanHoldMs) / 1_000, (burstRatePerSecond * meanHoldMs) / 1_000],
    endings: [meanHoldMs / meanQuietMs, meanHoldMs / meanBurstMs],
  };
}

function rateVariance({ rates, endings }: Phases): number {
  const share = endings[0] / (endings[0] + endings[1]);
  return share * (1 - share) * (rates[1] - rates[0]) ** 2;
}

/**
 * Bursts with `factor` times the peakedness above 1: the rate varies more, about the same mean, and where the quiet rate is 0 and
 * it cannot, the phases last longer.
 */
function amplified({ rates, endings }: Phases, load: number, factor: number): Phases {
  if (factor === 1) return { rates, endings };
  const forgetting = endings[0] + endings[1];
  const share = endings[0] / forgetting;
  const wanted = (rates[1] - rates[0]) * Math.sqrt(factor);
  const gap = Math.min(wanted, load / share);
  const rest = wanted > gap ? (wanted / gap) ** 2 : 1;
  // Three times as long is what constant holds and long bursts ask for; the integral behind `factor` is not exact.
  const slower = Math.max(1 / 3, (1 + forgetting - rest) / (forgetting * rest));
  return {
    rates: [Math.max(0, load - share * gap), load + (1 - share) * gap],
    endings: [endings[0] * slower, endings[1] * slower],
  };
}
