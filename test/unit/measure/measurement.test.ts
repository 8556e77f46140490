import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import type { MeterFacts, Reading, Sample } from '../../../src/engines/meter.ts';
import { measurement } from '../../../src/measure/measurement.ts';
import type { Measurement } from '../../../src/measure/result.ts';
import type { Estimate } from '../../../src/stats/estimate.ts';
import { RandomStream } from '../../../src/traffic/random.ts';
import { factsOf, readingsOf, type Stretch, samplesOf, steady } from './seen.ts';

const measured = (stretches: readonly Stretch[], samples: readonly Sample[] = [], facts: Partial<MeterFacts> = {}) =>
  measurement(factsOf(facts), readingsOf(stretches), samples);

/** Why nothing was measured. */
function refusal(measure: () => Measurement): string {
  try {
    measure();
  } catch (error) {
    if (error instanceof PoolctlError && error.code === 'NOT_MEASURED') return error.message;
    throw error;
  }
  return 'measured';
}

const busy: Stretch = { transactions: 100, transactionMs: 8_000 };

/** The stretches of a window of some length, with some load. */
const someStretches = fc.array(
  fc.record({
    transactions: fc.integer({ min: 20, max: 5_000 }),
    transactionMs: fc.integer({ min: 1, max: 1_000_000 }),
    seconds: fc.double({ min: 0.5, max: 60, noNaN: true }),
  }),
  { minLength: 2, maxLength: 12 },
);

function expectWithin({ value, low, high }: Estimate): void {
  expect(low).toBeLessThanOrEqual(value * (1 + 1e-12));
  expect(high).toBeGreaterThanOrEqual(value * (1 - 1e-12));
}

describe('Little’s law', () => {
  it('gives what a steady load was, with certainty', () => {
    const { ratePerSecond, heldConnections, holdTime, windowSeconds, peakPerSecond } = measured(steady(busy));
    expect(ratePerSecond).toEqual({ value: 100, low: 100, high: 100, source: 'transactions' });
    expect(heldConnections).toEqual({ value: 8, low: 8, high: 8, source: 'transactions', isSampled: false });
    expect(holdTime.meanMs.value).toBeCloseTo(80, 10);
    expect([windowSeconds, peakPerSecond]).toEqual([12, 100]);
  });

  it('holds between rate, hold and connections in use, whatever the counters grew by', () => {
    fc.assert(
      fc.property(someStretches, (stretches) => {
        const { ratePerSecond, heldConnections, holdTime } = measured(stretches);
        expect((ratePerSecond.value * holdTime.meanMs.value) / 1_000 / heldConnections.value).toBeCloseTo(1, 9);
      }),
    );
  });

  it('gives the same hold for so many times the load, and so many times the rest', () => {
    fc.assert(
      fc.property(someStretches, fc.integer({ min: 2, max: 50 }), (stretches, times) => {
        const [one, many] = [
          measured(stretches),
          measured(
            stretches.map(({ seconds, transactions, transactionMs }) => ({
              seconds,
              transactions: transactions * times,
              transactionMs: transactionMs * times,
            })),
          ),
        ];
        expect(many.holdTime.meanMs.value / one.holdTime.meanMs.value).toBeCloseTo(1, 9);
        expect(many.ratePerSecond.value / one.ratePerSecond.value).toBeCloseTo(times, 6);
        expect(many.heldConnections.value / one.heldConnections.value).toBeCloseTo(times, 6);
      }),
    );
  });

  it('weighs stretches by their length', () => {
    const { ratePerSecond, peakPerSecond } = measured([
      { ...busy, transactions: 100, seconds: 0.5 },
      { ...busy, transactions: 100, seconds: 3.5 },
    ]);
    expect(ratePerSecond.value).toBeCloseTo(50, 10);
    expect(peakPerSecond).toBe(200);
  });

  it('leaves every figure in its interval, and the percentiles in order', () => {
    fc.assert(
      fc.property(someStretches, fc.integer({ min: 0, max: 40 }), fc.integer(), (stretches, held, seed) => {
        const random = new RandomStream(seed, 0);
        const samples = Array.from({ length: 40 }, () => ({
          ...{ held, visible: 40, hidden: 0 },
          agesMs: Array.from({ length: held }, () => random.exponential() * 50),
        }));
        const { ratePerSecond, heldBy, holdTime } = measured(stretches, samples);
        for (const figure of [ratePerSecond, ...heldBy, holdTime.meanMs]) expectWithin(figure);
        const { p50Ms, p95Ms, p99Ms } = holdTime;
        if (!p50Ms || !p95Ms || !p99Ms) return;
        for (const figure of [p50Ms, p95Ms, p99Ms]) expectWithin(figure);
        expect(p50Ms.value).toBeLessThanOrEqual(p95Ms.value);
        expect(p95Ms.value).toBeLessThanOrEqual(p99Ms.value);
      }),
    );
  });

  it('leaves room for counters that come late', () => {
    const { ratePerSecond, heldConnections } = measured(steady(busy, 10), [], { lagMs: 1_000 });
    expect(ratePerSecond).toMatchObject({ value: 100, low: 90, high: 110 });
    expect(heldConnections.low).toBeCloseTo(7.2, 10);
  });
});

describe('what counts as a request', () => {
  const data = { statements: 200, statementMs: 10_000 };

  it('is a transaction where they are counted, and COMMITs are none of their own', () => {
    expect(measured(steady({ ...busy, ...data })).unit).toBe('transaction');
    expect(measured(steady({ ...busy, ...data, explicitEnds: 50 })).ratePerSecond.value).toBe(100);
  });

  it('is a statement where hardly anybody sends COMMIT', () => {
    const { unit, ratePerSecond, heldConnections, holdTime } = measured(steady({ ...busy, ...data, explicitEnds: 1 }));
    expect([unit, ratePerSecond.value, heldConnections.value]).toEqual(['statement', 200, 10]);
    expect(holdTime.meanMs.value).toBeCloseTo(50, 10);
  });

  it('is something between where transactions are not counted, and the rate may be that of all statements', () => {
    const { unit, ratePerSecond, holdTime, notes } = measured(
      steady({ statements: 200, explicitEnds: 50 }),
      samplesOf(Array(48).fill(5), { agesMs: [10, 20, 30, 40, 50] }),
    );
    expect([unit, ratePerSecond.value, ratePerSecond.high]).toEqual(['between', 50, 200]);
    expect(holdTime).toMatchObject({ meanMs: { value: 100, low: 25 } });
    expect(holdTime.p95Ms).toBeUndefined();
    expect(notes.join()).toContain('from 50 to 200 requests a second');
  });
});

describe('connections in use', () => {
  it('are known in two ways, which agree or not', () => {
    const seen = (held: number) => measured(steady(busy), samplesOf(Array(48).fill(held)));
    expect(seen(8).heldBy).toEqual([
      { value: 8, low: 8, high: 8, source: 'transactions', isSampled: false },
      { value: 8, low: 8, high: 8, source: 'samples', isSampled: true },
    ]);
    expect([seen(8).agrees, seen(8.7).agrees, seen(12).agrees, seen(4).agrees]).toEqual([true, true, false, false]);
  });

  it('agree where both are uncertain', () => {
    const samples = samplesOf(Array.from({ length: 48 }, (_, index) => (index % 8 < 4 ? 2 : 18)));
    const { heldBy, agrees } = measured(steady(busy), samples);
    expect([heldBy[1]?.value, agrees]).toEqual([10, true]);
  });

  it('are not taken from a few samples', () => {
    expect(measured(steady(busy), samplesOf([8, 8, 8, 8])).heldBy).toHaveLength(1);
  });

  it('are those of the samples where no counter tells', () => {
    const { heldConnections, holdTime } = measured(steady({ transactions: 100 }), samplesOf(Array(48).fill(8)));
    expect(heldConnections).toMatchObject({ value: 8, source: 'samples' });
    expect(holdTime.meanMs.value).toBeCloseTo(80, 10);
  });

  it.each<[string, Partial<Sample>, Partial<MeterFacts>, string]>([
    ['say nothing of themselves', { hidden: 3 }, {}, 'what 3 sessions of other users did'],
    ['are not even listed', { visible: 10 }, {}, 'what 10 sessions of other users did'],
  ])('are by counters alone beside sessions that %s, and what would show them is named', (_, sample, facts, what) => {
    const { heldBy, notes, agrees } = measured(steady(busy), samplesOf(Array(48).fill(2), sample), facts);
    expect(heldBy.map(({ source }) => source)).toEqual(['transactions']);
    expect(agrees).toBe(true);
    expect(notes).toContain(`Not seen: ${what}; GRANT LOOK TO the user shows it.`);
  });

  it('are not taken from samples that do not show who idles in a transaction', () => {
    const blind = { seesIdleTransactions: false };
    const samples = samplesOf(Array(48).fill(1));
    const between = () => measured(steady({ statements: 200, explicitEnds: 50 }), samples, blind);
    expect(refusal(between)).toContain('Not seen: which sessions idle in a transaction; GRANT LOOK TO the user');
    // Where every statement is a transaction, nobody does.
    const statements = measured(steady({ statements: 200, explicitEnds: 0 }), samples, blind);
    expect(statements.heldConnections.value).toBe(1);
  });
});

it('names databases or users by their load, busiest first, without those that had none', () => {
  const readings = readingsOf(steady(busy, 10)).map((reading, index) => ({
    ...reading,
    byName: { idle: 5, lab: index, app: index * 100, shop: index * 40 },
  }));
  expect(measurement(factsOf(), readings, []).byName).toEqual([
    { name: 'app', ratePerSecond: 100 },
    { name: 'shop', ratePerSecond: 40 },
    { name: 'lab', ratePerSecond: 1 },
  ]);
});

describe('too little to size by', () => {
  it('is a window in which the counters were read twice', () => {
    expect(refusal(() => measured([busy]))).toContain('three times');
  });

  it('is a server that does next to nothing; who does more is named', () => {
    const readings = readingsOf(steady({ transactions: 2 }, 10)).map((reading, index) => ({
      ...reading,
      byName: { app: index * 2, shop: index * 40, lab: index },
    }));
    expect(refusal(() => measurement(factsOf(), readings, []))).toBe(
      'database "app" had 20 transactions in 10 s, too few to size a pool by. Others had load: shop 40.0/s.',
    );
  });

  it('are counters that stand still while sessions are busy', () => {
    const message = refusal(() => measured(steady({ transactions: -1 }, 10), samplesOf(Array(48).fill(6))));
    expect(message).toMatch(/had 0 transactions in 10 s by its counters, but 6.00 sessions were busy.*A note/);
  });
});

describe('a reset', () => {
  const stretches = steady({ ...busy, statements: 100, statementMs: 5_000, explicitEnds: 60 }, 6);
  const readings = readingsOf(stretches);
  const resetAt = (from: number, fall: (reading: Reading) => Reading) =>
    readings.map((reading, index) => (index < from ? reading : fall(reading)));

  it('of any counter, at any time, is no measurement', () => {
    const anyCounter = fc.constantFrom('transactions', 'transactionMs', 'statements', 'statementMs', 'explicitEnds');
    fc.assert(
      fc.property(anyCounter, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 900_000 }), (key, from, to) => {
        const fallen = resetAt(from, (reading) => ({ ...reading, [key]: (reading[key] ?? 0) - 1_000_000 + to }));
        expect(refusal(() => measurement(factsOf(), fallen, []))).toContain('reset');
      }),
    );
  });

  it('by another server that answers is no measurement', () => {
    const other = resetAt(3, (reading) => ({ ...reading, server: 'two' }));
    expect(refusal(() => measurement(factsOf(), other, []))).toContain('Another server answered');
  });

  it('of the clock is no measurement', () => {
    const back = resetAt(3, (reading) => ({ ...reading, atMs: reading.atMs - 3_600_000 }));
    expect(refusal(() => measurement(factsOf(), back, []))).toContain('clock');
  });

  it('is not what poolctl takes off for its own questions', () => {
    const little = resetAt(3, (reading) => ({ ...reading, transactions: (reading.transactions ?? 0) - 105 }));
    expect(measurement(factsOf(), little, []).ratePerSecond.value).toBeCloseTo(600 / 6 - 105 / 6, 6);
  });

  describe('where transactions are counted without COMMITs', () => {
    const transactions = readingsOf(steady({ ...busy, statements: 10_000, statementMs: 8_000 }, 6));
    const fallIn = (key: 'transactions' | 'transactionMs' | 'statements') =>
      transactions.map((reading, index) =>
        index === 3 ? { ...reading, [key]: (reading[key] ?? 0) - 50_000 } : reading,
      );

    it('of statements leaves the transactions', () => {
      expect(measurement(factsOf(), transactions, []).statements?.perSecond).toBe(10_000);
      const { ratePerSecond, statements } = measurement(factsOf(), fallIn('statements'), []);
      expect([ratePerSecond.value, statements]).toEqual([100, undefined]);
    });

    it.each(['transactions', 'transactionMs'] as const)('of %s is no measurement', (key) => {
      expect(refusal(() => measurement(factsOf(), fallIn(key), []))).toContain('reset');
    });
  });
});

describe('a histogram', () => {
  const bucket = (fromMs: number, toMs: number, count: number) => ({ fromMs, toMs, count });
  const counted = steady({ statements: 100, statementMs: 5_000, explicitEnds: 0 }, 10);
  const between = (first: Partial<Reading>, last: Partial<Reading>) => {
    const readings = readingsOf(counted);
    return measurement(
      factsOf(),
      readings.map((reading, index) => ({ ...reading, ...(index === 0 ? first : last) })),
      [],
    );
  };

  it('is what was counted within the window, with the buckets of the percentiles as their bounds', () => {
    const { histogram, holdTime } = between(
      { histogram: [bucket(0, 10, 7), bucket(10, 20, 500)] },
      { histogram: [bucket(0, 10, 507), bucket(10, 20, 900), bucket(20, 40, 100)] },
    );
    expect(histogram).toEqual([bucket(0, 10, 500), bucket(10, 20, 400), bucket(20, 40, 100)]);
    expect(holdTime).toMatchObject({
      p50Ms: { value: 10, low: 0, high: 10 },
      p95Ms: { value: 30, low: 20, high: 40 },
      p99Ms: { value: 38, low: 20, high: 40 },
      source: 'histogram',
    });
  });

  it('is without poolctl’s own statements: as many as there were, from where their mean is', () => {
    const { histogram } = between(
      { histogram: [], ownStatements: { count: 3, ms: 4 } },
      {
        histogram: [bucket(0.5, 1, 20), bucket(1, 2, 30), bucket(40, 80, 1_000)],
        ownStatements: { count: 43, ms: 84 },
      },
    );
    expect(histogram).toEqual([bucket(0.5, 1, 10), bucket(40, 80, 1_000)]);
  });

  it('is one of statements only, where it counts others than those that are the requests', () => {
    const { histogram, holdTime, statements } = between(
      { histogram: [] },
      { histogram: [bucket(0, 1, 1_000), bucket(40, 80, 1_000)] },
    );
    expect([histogram, holdTime.p95Ms]).toEqual([undefined, undefined]);
    expect(statements?.p95Ms).toMatchObject({ low: 40, high: 80 });
  });

  it('that was emptied in the window is none', () => {
    const { histogram, statements } = between(
      { histogram: [bucket(0, 10, 5), bucket(10, 20, 500)] },
      { histogram: [bucket(10, 20, 1_500)] },
    );
    expect([histogram, statements?.p95Ms]).toEqual([undefined, undefined]);
  });
});

describe('the spread of hold times', () => {
  /** The squared coefficient of variation that the median stands for, by the lognormal: mean / median = sqrt(1 + c^2). */
  const scvOf = ({ holdTime: { meanMs, p50Ms } }: Measurement) => (meanMs.value / (p50Ms?.value ?? 0)) ** 2 - 1;

  const random = new RandomStream(7, 0);
  const sigma = 0.9;
  // A hold that goes on at a random moment is drawn by its length: exponentials become gammas of shape 2, and a
  // lognormal moves by sigma^2.
  const laws = {
    constant: { scv: 0, draw: () => 1 },
    exponential: { scv: 1, draw: () => random.exponential() + random.exponential() },
    lognormal: { scv: Math.expm1(sigma ** 2), draw: () => Math.exp(sigma * random.normal() + sigma ** 2 / 2) },
  };

  it.each(Object.entries(laws))('comes from the ages of those that go on: %s', (_, { scv, draw }) => {
    const samples = samplesOf(Array(400).fill(8)).map((sample) => ({
      ...sample,
      agesMs: Array.from({ length: 200 }, () => 80 * random.uniform() * draw()),
    }));
    const result = measured(steady(busy), samples);
    expect(Math.abs(scvOf(result) - scv)).toBeLessThan(0.04 * (1 + scv));
    expect(result.holdTime.source).toContain('ages of 80000');
  });

  it('leaves the law open: the p95 of an exponential is within the bounds', () => {
    const samples = samplesOf(Array(200).fill(8), { agesMs: Array(8).fill(80) });
    const { holdTime } = measured(steady(busy), samples);
    const exponentialP95 = 80 * Math.log(20);
    expect(holdTime.p95Ms?.value).toBeLessThan(exponentialP95);
    expect(holdTime.p95Ms?.high).toBeCloseTo(exponentialP95, 1);
  });

  it('comes from the squares of statement times, where a transaction is one statement', () => {
    const squares = 100 * 2 * 80 ** 2;
    const one = { ...busy, statements: 100, statementMs: 8_000, statementSquaresMs2: squares };
    expect(scvOf(measured(steady(one)))).toBeCloseTo(1, 6);
    expect(measured(steady({ ...one, statements: 200, statementMs: 16_000 })).holdTime.p50Ms).toBeUndefined();
    // The transaction idles as well, so that it takes longer than its statement.
    expect(measured(steady({ ...one, statementMs: 4_000 })).holdTime.p50Ms).toBeUndefined();
  });

  it('is none where all take as long', () => {
    const { meanMs, p50Ms, p99Ms } = measured(
      steady(busy),
      samplesOf(Array(200).fill(8), { agesMs: [10, 70, 30, 50] }),
    ).holdTime;
    expect([p50Ms, p99Ms]).toEqual([meanMs, meanMs]);
  });

  it('is not told by a few ages, nor where not all are seen', () => {
    const few = samplesOf(Array(48).fill(2), { agesMs: [80, 80] });
    const hidden = samplesOf(Array(48).fill(8), { agesMs: Array(8).fill(80), hidden: 1 });
    expect(measured(steady(busy), few).holdTime.p95Ms).toBeUndefined();
    expect(measured(steady(busy), hidden).holdTime.p95Ms).toBeUndefined();
  });
});

describe('counters that come too late', () => {
  const late = { lagMs: 1_000 };
  const aTenth: Stretch = { transactions: 6, transactionMs: 480 };
  const samples = (agesMs: readonly number[]) => samplesOf(Array(48).fill(4.8), { agesMs });

  it('give the rate with the samples, by Little’s law, since their mean is right', () => {
    const { ratePerSecond, heldConnections, holdTime, notes } = measured(
      steady(aTenth, 60),
      samples([40, 60, 20, 80]),
      late,
    );
    expect(ratePerSecond.value).toBeCloseTo(60, 9);
    expect(heldConnections.value).toBeCloseTo(4.8, 9);
    expect(heldConnections.isSampled).toBe(true);
    expect(holdTime.meanMs.value).toBeCloseTo(80, 9);
    expect(notes.join()).toContain('did not come in time: they showed 6.00 a second');
  });

  it('give way to statements that are counted in time', () => {
    const both = { ...aTenth, statements: 60, statementMs: 4_800 };
    const { unit, ratePerSecond, holdTime, agrees } = measured(steady(both, 60), samples([40, 60, 20, 80]), late);
    expect([unit, agrees]).toEqual(['statement', true]);
    expect(ratePerSecond).toMatchObject({ value: 60, source: 'statements' });
    expect(holdTime.meanMs.value).toBeCloseTo(80, 9);
  });

  it('are right where a few sessions only take long', () => {
    const { ratePerSecond, agrees } = measured(steady(aTenth, 60), samples([100_000, 90_000, 40]), late);
    expect([ratePerSecond.value, agrees]).toEqual([6, false]);
  });

  it('are right where samples are off by what chance does', () => {
    const tooFew: Stretch = { transactions: 60, transactionMs: 3_500 };
    expect(measured(steady(tooFew, 60), samples([40, 60, 20, 80]), late).ratePerSecond.value).toBe(60);
  });

  it('are right where they never lag', () => {
    expect(measured(steady(aTenth, 60), samples([40, 60, 20, 80])).ratePerSecond.value).toBe(6);
  });
});

describe('what a few samples leave open', () => {
  const seen = (sample: Partial<Sample>) => measured(steady(busy), samplesOf(Array(48).fill(8), sample)).heldBy[1];

  it('makes the interval of the others wider, upwards', () => {
    expect(seen({ hidden: 0.5 })).toMatchObject({ value: 8, low: 8, high: 8.5 });
    expect(seen({ perhapsHeld: 6 })).toMatchObject({ value: 8, low: 8, high: 14 });
  });

  it('is too much from a tenth of those held on', () => {
    expect([seen({ hidden: 0.8 })?.isSampled, seen({ hidden: 0.9 })]).toEqual([true, undefined]);
  });

  it('is nothing where hidden sessions were there for a moment', () => {
    const samples = samplesOf(Array(48).fill(8)).map((sample, index) => ({ ...sample, hidden: index < 4 ? 3 : 0 }));
    expect(measured(steady(busy), samples).heldBy).toHaveLength(2);
  });

  it('is all where another program keeps the list of transactions frozen', () => {
    const looks = (share: number) =>
      samplesOf(Array(48).fill(8)).map((sample, index) => ({ ...sample, isFrozen: index < share * 48 }));
    expect(measured(steady(busy), looks(0.1)).heldBy).toHaveLength(2);
    const { heldBy, notes } = measured(steady(busy), looks(0.5));
    expect(heldBy).toHaveLength(1);
    expect(notes.join()).toContain('reads INNODB_TRX as well');
  });

  it('is the way of a request to the server and back, which the server does not see', () => {
    const { heldConnections, holdTime } = measured(steady(busy), samplesOf(Array(48).fill(8), { tookMs: 2 }));
    expect(heldConnections).toMatchObject({ value: 8, low: 8 });
    expect(heldConnections.high).toBeCloseTo(8.2, 9);
    expect(holdTime.meanMs.high).toBeCloseTo(82, 9);
  });

  it('is longer on average where a few of the questions took long', () => {
    const samples = samplesOf(Array(48).fill(8)).map((sample, index) => ({
      ...sample,
      tookMs: index % 12 === 0 ? 14 : 2,
    }));
    expect(measured(steady(busy), samples).heldConnections.high).toBeCloseTo(8.3, 9);
  });

  it('is twice as long for transactions that samples show only from their first statement on', () => {
    const samples = samplesOf(Array(48).fill(8), { tookMs: 2 });
    const { heldBy } = measured(steady(busy), samples, { missesBegin: true });
    expect(heldBy.map(({ isSampled, high }) => [isSampled, Number(high.toFixed(9))])).toEqual([
      [false, 8.2],
      [true, 8.4],
    ]);
  });
});
