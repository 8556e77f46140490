import type { MeterFacts, Reading, Sample } from '../engines/meter.ts';
import { type Estimate, near, quotient, ratioOfBatches, scaled } from '../stats/estimate.ts';
import { agree } from './agree.ts';
import { heldFigures } from './held.ts';
import type { Requests } from './requests.ts';
import type { Figure, HeldFigure } from './result.ts';
import type { Stretches } from './stretches.ts';

// PostgreSQL 15 and newer write down statements that touch no table only with others of their session (pgstat.c), so that
// rate and time of a window are both too small, or too large when an old rest comes. Samples are never late.

/**
 * The statements of pg_stat_statements, which are never late either, where the samples agree with their time but not with
 * that of the transactions: then nobody idles in a transaction, and each statement is a request.
 */
export function requestsByStatements(
  facts: MeterFacts,
  stretches: Stretches,
  samples: readonly Sample[],
  readings: readonly Reading[],
): Requests | undefined {
  const statements = stretches.grown('statements');
  const rate = statements && ratioOfBatches(statements, stretches.seconds);
  if (facts.lagMs === 0 || !statements || !rate) return undefined;
  const byTransactions = heldFigures(facts, 'transaction', stretches, samples, readings);
  const byStatements = heldFigures(facts, 'statement', stretches, samples, readings);
  const sampled = byTransactions.find(({ isSampled }) => isSampled);
  const [late, inTime] = [byTransactions, byStatements].map((ways) => ways.find(({ isSampled }) => !isSampled));
  if (!sampled || !late || !inTime || !areFarApart(late, sampled) || !agree(inTime, sampled)) return undefined;
  const { sources } = facts;
  const notes = [
    `The counters of ${sources.transactions} did not come in time, as those of statements that touch no table: the requests are the statements of ${sources.statements}.`,
  ];
  return { unit: 'statement', rate, batches: statements, source: sources.statements, notes };
}

/**
 * Where there are no statements to count: by Little's law, rate = held / mean, since the quotient of two late counters is
 * right all the same. Undefined where counters and samples agree, or where what goes on for long would be taken for many
 * short ones.
 */
export function rateBySamples(
  { lagMs, sources }: MeterFacts,
  { unit, source }: Requests,
  heldBy: readonly HeldFigure[],
  meanMs: Estimate | undefined,
  samples: readonly Sample[],
): { readonly rate: Figure; readonly held: HeldFigure } | undefined {
  const counted = heldBy.find(({ isSampled }) => !isSampled);
  const sampled = heldBy.find(({ isSampled }) => isSampled);
  if (lagMs === 0 || unit !== 'transaction' || !counted || !sampled || !meanMs || meanMs.value <= 0) return undefined;
  if (!areFarApart(counted, sampled) || areLong(samples, meanMs.value)) return undefined;
  return {
    rate: { ...scaled(quotient(sampled, meanMs), 1_000), source: `${sources.samples} / mean of ${source}` },
    held: sampled,
  };
}

/** Farther than chance takes them: the rate of counters that are in time is better than one by samples. */
function areFarApart(counted: Estimate, sampled: Estimate): boolean {
  return !agree(counted, sampled) && !near(counted.value, sampled.value, 1 / 3);
}

/** Of an exponential law, one age in 3,000 is longer than so many means. */
const longTimes = 8;

function areLong(samples: readonly Sample[], meanMs: number): boolean {
  const ages = samples.flatMap(({ agesMs }) => agesMs);
  return ages.length === 0 || ages.filter((age) => age > longTimes * meanMs).length > ages.length * 0.02;
}
