import type { MeterFacts, Reading, Sample } from '../../../src/engines/meter.ts';

/** A server that counts transactions, in a database; where `changes` do not say otherwise. */
export function factsOf(changes: Partial<MeterFacts> = {}): MeterFacts {
  return {
    engine: 'postgres',
    scope: 'database "app"',
    sources: { transactions: 'transactions', statements: 'statements', samples: 'samples', histogram: 'histogram' },
    lagMs: 0,
    shortestPauseMs: 25,
    seesIdleTransactions: true,
    missesBegin: false,
    seesSessionsBy: 'GRANT LOOK TO the user',
    throughPooler: false,
    notes: ['A note of the meter.'],
    lacks: [],
    ...changes,
  };
}

/** What the counters grow by in a stretch, and how long that is. */
export type Stretch = Partial<
  Record<
    'transactions' | 'transactionMs' | 'statements' | 'statementMs' | 'statementSquaresMs2' | 'explicitEnds',
    number
  >
> & { readonly seconds?: number };

/** Readings of counters that have counted for a while before, and then grow by these stretches. */
export function readingsOf(stretches: readonly Stretch[], changes: Partial<Reading> = {}): Reading[] {
  const before = 1_000_000;
  const counters = { transactions: before, transactionMs: before, statements: before, statementMs: before };
  const sums: Record<string, number> = { ...counters, statementSquaresMs2: before, explicitEnds: before };
  const names = new Set(stretches.flatMap((stretch) => Object.keys(stretch)).filter((name) => name !== 'seconds'));
  let atMs = 1_700_000_000_000;
  const look = (): Reading => ({
    atMs,
    server: 'one',
    connected: 20,
    ...Object.fromEntries([...names].map((name) => [name, sums[name] ?? 0])),
    ...changes,
  });
  const readings = [look()];
  for (const { seconds = 1, ...grown } of stretches) {
    atMs += seconds * 1_000;
    for (const [name, count] of Object.entries(grown)) sums[name] = (sums[name] ?? 0) + count;
    readings.push(look());
  }
  return readings;
}

/** The same stretch again and again. */
export function steady(stretch: Stretch, count = 12): Stretch[] {
  return Array.from({ length: count }, () => stretch);
}

export function samplesOf(held: readonly number[], changes: Partial<Sample> = {}): Sample[] {
  return held.map((sessions) => ({ held: sessions, visible: 20, hidden: 0, agesMs: [], ...changes }));
}
