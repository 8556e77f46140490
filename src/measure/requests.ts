import type { MeterFacts } from '../engines/meter.ts';
import { type Estimate, ratioOfBatches, sumOf } from '../stats/estimate.ts';
import type { Measurement } from './result.ts';
import type { Stretches } from './stretches.ts';

/** Up to this share of explicit COMMITs, statements are taken to be transactions of their own. */
const hardlyAny = 0.005;

export interface Requests {
  readonly unit: Measurement['unit'];
  readonly rate: Estimate;
  /** How many there were in each stretch. */
  readonly batches: readonly number[];
  readonly source: string;
  readonly notes: readonly string[];
}

/** What a pool sees as one request: a transaction, or a statement where the clients send no COMMIT. */
export function countRequests({ sources }: MeterFacts, { seconds, grown }: Stretches): Requests {
  const [transactions, statements, ends] = [grown('transactions'), grown('statements'), grown('explicitEnds')];
  const of = (
    unit: Requests['unit'],
    batches: readonly number[],
    source: string,
    notes: readonly string[] = [],
  ): Requests => {
    const rate = ratioOfBatches(batches, seconds) ?? { value: 0, low: 0, high: 0 };
    return { unit, batches, rate, source, notes };
  };
  if (transactions && !ends) return of('transaction', transactions, sources.transactions);
  if (!statements || !ends) return of('transaction', [], sources.transactions);
  const [commits, all] = [sumOf(ends), sumOf(statements)];
  if (commits <= all * hardlyAny) return of('statement', statements, sources.statements);
  if (transactions) return of('transaction', transactions, sources.transactions);
  const [fewest, most] = [commits / sumOf(seconds), all / sumOf(seconds)];
  const between = of('between', ends, `COMMIT and ROLLBACK; ${sources.statements}`, [
    `Statements outside of transactions cannot be told from those inside: there are from ${Math.round(fewest)} to ${Math.round(most)} requests a second. The fewest are taken, which makes them the longest; connections in use, and so the size by the formula, are the same.`,
  ]);
  return { ...between, rate: { ...between.rate, high: Math.max(between.rate.high, most) } };
}
