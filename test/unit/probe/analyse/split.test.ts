import { describe, expect, it } from 'vitest';
import { predictStep, splitFigures } from '../../../../src/probe/analyse/split.ts';
import { predictionsOf } from '../../../../src/probe/analyse/verify.ts';
import type { StepPlan } from '../../../../src/probe/load/model.ts';
import { mmcq } from '../../../bench/exact.mjs';
import { planOf } from '../../../helpers/fake-load.ts';
import { known } from '../../../helpers/known.ts';
import { probeRun } from '../../../helpers/probe-result.ts';

const hold = { kind: 'exponential', meanMs: 40 } as const;
const poisson = (ratePerSecond: number): StepPlan['load'] => ({
  kind: 'open',
  arrivals: { kind: 'poisson', ratePerSecond },
});
const plan = planOf({ load: poisson(140), instances: 4, pool: { connectionLimit: 2 } });

describe('the prediction for several instances', () => {
  it('has the waits of one instance under its part of the load, and the rate and the connections of all', () => {
    const prediction = predictStep(plan, hold);
    const exact = mmcq(2, 1.4, 40);
    expect(prediction.waitProbability).toBeCloseTo(known(exact.waitProbability), 3);
    expect(prediction.meanWaitMs).toBeCloseTo(known(exact.meanWaitMs), 1);
    expect(prediction.throughputPerSecond).toBeCloseTo(140, 6);
    const inUse = predictionsOf(prediction, 8).find(({ name }) => name === 'connections in use');
    expect(inUse?.predicted).toBeCloseTo(5.6, 6);
  });

  it('waits less where requests come to each in turn', () => {
    const inTurn = { ...plan, load: { ...plan.load, splitBy: 'round-robin' } as StepPlan['load'] };
    expect(known(predictStep(inTurn, hold).meanWaitMs)).toBeLessThan(0.8 * known(predictStep(plan, hold).meanWaitMs));
  });
});

it('a prediction is for the bursts that the load comes in', () => {
  const arrivals = { kind: 'bursty', ratePerSecond: 140, factor: 3, burstMs: 200, quietMs: 1_400 } as const;
  const { instances, ...one } = planOf({ load: { kind: 'open', arrivals }, pool: { connectionLimit: 8 } });
  const even = predictStep({ ...one, load: poisson(140) }, hold);
  expect(known(predictStep(one, hold).meanWaitMs)).toBeGreaterThan(2 * known(even.meanWaitMs));
});

describe('what a pool for each instance costs', () => {
  const run = probeRun({}, { serviceMs: 35 });

  it('is told beside one pool of their connections and of their queues', () => {
    const full = { ...plan, pool: { ...plan.pool, queueLimit: 0 } };
    for (const of of [plan, full]) {
      const figures = splitFigures(of, run);
      expect(figures?.splitBy).toBe('random');
      expect(figures?.instances.waitProbability).toBeGreaterThan(1.3 * known(figures?.onePool.waitProbability));
    }
    expect(splitFigures(full, run)?.instances.lostRatio).toBeGreaterThan(0.1);
  });

  it('is not told of one instance, of a closed loop, and of arrivals that the model does not know', () => {
    const { instances, ...one } = plan;
    const open = plan.load.kind === 'open' ? plan.load : undefined;
    const unknown: StepPlan[] = [
      one,
      { ...plan, load: { kind: 'closed', workers: 8 } },
      { ...plan, load: { kind: 'open', arrivals: { kind: 'paced', ratePerSecond: 140 } } },
      ...(open ? [{ ...plan, load: { ...open, rates: [{ fromMs: 0, factor: 2 }] } }] : []),
    ];
    for (const of of unknown) expect(splitFigures(of, run)).toBeUndefined();
    expect(splitFigures(plan, { ...run, completed: 0 })).toBeUndefined();
  });
});
