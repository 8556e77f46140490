import type { Reading } from '../engines/meter.ts';
import { notMeasured } from './result.ts';

export type CounterName =
  | 'transactions'
  | 'transactionMs'
  | 'statements'
  | 'statementMs'
  | 'statementSquaresMs2'
  | 'explicitEnds';

/** The stretches between readings that follow each other: how long each was, and how much a counter grew in it. */
export interface Stretches {
  readonly seconds: readonly number[];
  /** Undefined where the counter is not there. */
  grown(key: CounterName): number[] | undefined;
}

export function stretchesOf(readings: readonly Reading[]): Stretches {
  const pairs = readings.slice(1).map((to, index) => [readings[index] ?? to, to] as const);
  return {
    seconds: pairs.map(([from, to]) => (to.atMs - from.atMs) / 1_000),
    grown: (key) => {
      if (readings.some((reading) => reading[key] === undefined)) return undefined;
      return pairs.map(([from, to]) => (to[key] ?? 0) - (from[key] ?? 0));
    },
  };
}

export function delta(first: Reading, last: Reading, key: CounterName): number | undefined {
  const [before, after] = [first[key], last[key]];
  return before === undefined || after === undefined ? undefined : Math.max(0, after - before);
}

const counters: readonly CounterName[] = ['transactions', 'transactionMs', 'statements', 'statementMs', 'explicitEnds'];

/**
 * Counters only grow. What poolctl takes off for itself may exceed what it added by a little. Where transactions are
 * counted by themselves, statements only refine the answer (pg_stat_statements forgets some whenever it is full): those
 * that did not grow are left out.
 */
export function withoutReset(readings: readonly Reading[]): readonly Reading[] {
  const fell = new Set<CounterName>();
  for (const [index, to] of readings.entries()) {
    const from = readings[index - 1];
    if (!from) continue;
    if (from.server !== to.server) {
      throw notMeasured(
        'Another server answered during the window, or this one was restarted, or its counters were reset.',
      );
    }
    if (to.atMs <= from.atMs) throw notMeasured('The clock of the server did not go on during the window.');
    for (const key of counters) {
      const [before = 0, after = 0] = [from[key], to[key]];
      if (after < before - Math.max(50, before * 0.001)) fell.add(key);
    }
  }
  if (fell.size === 0) return readings;
  const areStatementsExtra = readings.every(
    ({ transactions, explicitEnds }) => transactions !== undefined && explicitEnds === undefined,
  );
  if (!areStatementsExtra || fell.has('transactions') || fell.has('transactionMs')) {
    throw notMeasured('The counters of the server were reset during the window.');
  }
  return readings.map(({ statements, statementMs, statementSquaresMs2, ...others }) => others);
}
