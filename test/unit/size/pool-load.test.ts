import { expect, it } from 'vitest';
import { poolLoad } from '../../../src/size/pool-load.ts';

const hold = { kind: 'exponential' as const, meanMs: 100 };
const load = { poolArrivalRatePerSecond: 50, connectionsPerRequest: 1 };

it('takes the connections of one request together, and batches of requests with all of theirs', () => {
  expect(poolLoad(hold, load)).toEqual({ arrivalRatePerSecond: 50, hold });
  expect(poolLoad(hold, { ...load, connectionsPerRequest: 4 })).toEqual({
    ...{ arrivalRatePerSecond: 200, hold, batchSize: 4 },
  });
  expect(poolLoad(hold, { ...load, connectionsPerRequest: 2, batchSize: 10 })).toEqual({
    ...{ arrivalRatePerSecond: 100, hold, batchSize: 20 },
  });
});

it('takes bursts of any length as they are, at the mean rate', () => {
  for (const burstMs of [20, 499, 501, 60_000]) {
    const burst = { factor: 3, burstMs, quietMs: 4 * burstMs };
    expect(poolLoad(hold, { ...load, burst })).toEqual({ arrivalRatePerSecond: 50, hold, bursts: burst });
  }
});
