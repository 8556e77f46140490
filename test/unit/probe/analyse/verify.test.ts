import { describe, expect, it } from 'vitest';
import { probeRun } from '../../../../src/probe/analyse/figures.ts';
import { predictionsOf, verificationOf } from '../../../../src/probe/analyse/verify.ts';
import type { StepPlan } from '../../../../src/probe/load/model.ts';
import type { ProbeRun } from '../../../../src/probe/result.ts';
import { predictPool } from '../../../../src/queueing/predict.ts';
import { known } from '../../../helpers/known.ts';
import { simulatedRun } from './runs.ts';

const hold = { kind: 'exponential', meanMs: 20 } as const;
const plan: StepPlan = {
  pool: { connectionLimit: 10, connectTimeoutMs: 1_000 },
  load: { kind: 'open', arrivals: { kind: 'poisson', ratePerSecond: 400 } },
  warmupMs: 0,
  durationMs: 30_000,
  seed: 1,
  threads: 1,
};
const measured = (seed: number, connections = 10): ProbeRun =>
  probeRun('10', plan, simulatedRun({ connections, ratePerSecond: 400, hold, seconds: 60, seed }));
const model = (connections: number) => predictPool({ connections, arrivalRatePerSecond: 400, hold });
const run = measured(1);

describe('a verification', () => {
  it('agrees with what the model says of the pool that was measured', () => {
    const agreeing = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter(
      (seed) => verificationOf(predictionsOf(model(10), 10), measured(seed)).agrees,
    );
    expect(agreeing.length).toBeGreaterThanOrEqual(9);
  });

  it('does not agree with what the model says of another pool', () => {
    const { agrees, checks } = verificationOf(predictionsOf(model(9), 9), measured(2, 20));
    expect(agrees).toBe(false);
    expect(checks.filter((check) => !check.agrees).map(({ name }) => name)).toContain('wait probability');
  });

  it('forgives one of six that misses by chance, and none that misses by far', () => {
    const sure = { ...run, meanWaitMs: { value: 2, low: 1.8, high: 2.2 } };
    const others = predictionsOf(model(10), 10).filter(({ name }) => name !== 'mean wait');
    const at = (predicted: number) => verificationOf([...others, { name: 'mean wait', predicted }], sure);
    expect(at(2.25).checks.at(-1)?.agrees).toBe(false);
    expect([at(2.25).agrees, at(2.35).agrees]).toEqual([true, false]);
    expect(verificationOf([{ name: 'mean wait', predicted: 2.25 }], sure).agrees).toBe(false);
  });

  it('says of each figure what was said and what was measured', () => {
    const [check] = verificationOf([{ name: 'mean service time', predicted: 20 }], run).checks;
    expect(check).toMatchObject({ name: 'mean service time', predicted: 20, unit: 'ms', agrees: true });
    expect(check?.measured.value).toBeCloseTo(known(run.meanServiceMs).value, 6);
  });

  it("asks for no more than can be told: poolctl's own delay, of the mean or of the same percentile", () => {
    const sure = { ...run, meanWaitMs: { value: 2, low: 2, high: 2 } };
    const at = (predicted: number, mean: number) =>
      verificationOf([{ name: 'mean wait', predicted }], { ...sure, lagMs: { ...sure.lagMs, mean } }).agrees;
    expect([at(2.05, 0.1), at(2.05, 0.01), at(2.005, 0)]).toEqual([true, false, true]);
    const late = { ...sure, p99WaitMs: { value: 3, low: 3, high: 3 }, lagMs: { ...sure.lagMs, mean: 0, p99: 5 } };
    expect(verificationOf([{ name: 'p99 wait', predicted: 0 }], late).agrees).toBe(true);
    expect(verificationOf([{ name: 'p99 wait', predicted: 9 }], late).agrees).toBe(false);
  });

  it.each([
    ['lost requests', 0, true],
    ['lost requests', 0.05, false],
    ['throughput', 400, true],
    ['throughput', 480, false],
    ['connections in use', 8, true],
    ['connections in use', 9.9, false],
  ] as const)('of %s at %d: %s', (name, predicted, agrees) => {
    expect(verificationOf([{ name, predicted }], run).agrees).toBe(agrees);
  });
});
