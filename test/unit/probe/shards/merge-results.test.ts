import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentilesOf, probeRun } from '../../../../src/probe/analyse/figures.ts';
import { mergeShards } from '../../../../src/probe/load/merge.ts';
import type { StepPlan } from '../../../../src/probe/load/model.ts';
import type { ProbeResult } from '../../../../src/probe/result.ts';
import { mergeShardResults } from '../../../../src/probe/shards/merge-results.ts';
import { mergeStep } from '../../../../src/probe/shards/merge-step.ts';
import type { ShardPlan, ShardResult } from '../../../../src/probe/shards/model.ts';
import { HdrHistogram } from '../../../../src/stats/hdr/hdr-histogram.ts';
import { toMicroseconds } from '../../../../src/stats/hdr/microseconds.ts';
import '../../../helpers/fuzz-seed.ts';
import { known } from '../../../helpers/known.ts';
import { shardPlan } from '../../../helpers/shard-plan.ts';
import { dealtShards, shardResult } from '../../../helpers/shard-results.ts';
import { type MadeRequest, madeRequests, shardRunOf } from '../../../helpers/shard-runs.ts';

const merge = (shards: readonly ShardResult[], options = {}) =>
  mergeShardResults(
    shards.map((result) => ({ file: `shard-${result.shard + 1}.json`, result })),
    options,
  );
/** The only step of their plan. */
const mergedOf = (shards: readonly ShardResult[]) => {
  const merged = mergeStep(shards, 0);
  if (!merged || 'reason' in merged) throw new Error('nothing merged');
  return merged.run;
};
const mainOf = (result: ProbeResult) => known(result.runs[0]);

const [firstStep] = shardPlan().steps;
const onStep = (changes: Partial<StepPlan>): ShardPlan => {
  const step = known(firstStep);
  return shardPlan({ steps: [{ ...step, plan: { ...step.plan, ...changes } }] });
};

describe('shards of one load, merged', () => {
  it('have the percentiles of all samples together, exactly, however they were dealt', () => {
    const plan = onStep({ durationMs: 2_000 });
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(2), { minLength: 7, maxLength: 60 }), (seed, lots) => {
        const requests = madeRequests(seed, 60, { ratePerSecond: 45 });
        const own = (shard: number) => requests.filter((_, index) => lots[index % lots.length] === shard);
        const shards = [0, 1, 2].map((shard) => shardResult(shard, [shardRunOf(own(shard), 2_000)], { plan }));
        const { total } = mergedOf(shards).histogramsUs;
        const all = totalsOf(requests.filter(({ dueMs }) => dueMs < 2_000));
        expect(total.encode()).toBe(all.encode());
        expect(percentilesOf(total)).toEqual(percentilesOf(all));
      }),
      { numRuns: 300 },
    );
  });

  it('are what one process with all of their requests would have measured, on pools of their own', () => {
    const { requests, shards } = dealtShards();
    const alone = probeRun('', known(firstStep).plan, mergeShards([shardRunOf(requests, 10_000)]));
    const { label, pool, instances, window, client, series, ...figures } = mainOf(merge(shards));
    const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value);
    expect(JSON.parse(JSON.stringify(alone, rounded))).toMatchObject(JSON.parse(JSON.stringify(figures, rounded)));
    expect({ label, pool, instances }).toEqual({
      label: '3 × 4/7/2 s',
      pool: { connectionLimit: 4, queueLimit: 7, acquireTimeoutMs: 2_000 },
      instances: 3,
    });
    expect(series.map(({ completed, p99Ms }) => [completed, p99Ms])).toEqual(
      alone.series.map(({ completed, p99Ms }) => [completed, p99Ms]),
    );
    expect(window).toEqual({ from: '2026-11-30T20:05:01.750Z', to: '2026-11-30T20:05:11.750Z' });
  });

  it('do not depend on the order of the files', () => {
    const { shards } = dealtShards();
    const [a, b, c] = shards;
    expect(merge([known(c), known(a), known(b)])).toEqual(merge(shards));
  });

  it('are cut to the seconds that all have: as if each had measured only these', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, seconds) => {
        const deals = [0, 1, 2].map((shard) => madeRequests(seed + shard, 400, { ratePerSecond: 60 }));
        const own = deals.map((requests, shard) => {
          const lengthMs = shard === 1 ? 1_000 * seconds + 400 : 10_000;
          return shardRunOf(requests, lengthMs, cutAt(lengthMs));
        });
        const cut = own.map((run, shard) => shardResult(shard, [run], endOf(shard === 1)));
        const whole = deals.map((requests) => shardRunOf(requests, 1_000 * seconds, { batchMs: 100 }));
        const { client, batches, cutShort, histogramsUs, ...figures } = mergedOf(cut);
        const alone = mergeShards(whole);
        expect(cutShort).toBe(true);
        expect(batches).toHaveLength(10 * seconds);
        expect(alone).toMatchObject(figures);
        for (const name of ['lag', 'wait', 'connect', 'service', 'total'] as const) {
          expect(histogramsUs[name].encode()).toBe(alone.histogramsUs[name].encode());
        }
      }),
      { numRuns: 20 },
    );
  });

  it('that all stopped say why the first did, and nothing is proved', () => {
    const stopped = { guard: 'free-floor', message: 'Only 3 connections of the server were free.' };
    const gone = { guard: 'shard-gone', message: 'Shard 2 of 3 left 4 s before the end.' };
    const shards = dealtShards().shards.map((shard) => ({
      ...shard,
      finished: 'stopped' as const,
      stoppedBy: shard.shard === 1 ? stopped : gone,
    }));
    expect(merge(shards)).toMatchObject({
      finished: 'stopped',
      stoppedBy: { guard: 'free-floor', message: 'Shard 2 of 3: Only 3 connections of the server were free.' },
    });
    const interrupted = shards.map(({ stoppedBy, ...shard }) =>
      shard.shard === 1 ? { ...shard, finished: 'interrupted' as const } : { ...shard, stoppedBy: gone },
    );
    expect(merge(interrupted)).toMatchObject({ finished: 'interrupted' });
    expect(merge(interrupted)).not.toHaveProperty('stoppedBy');
  });

  it('of which a killed one left no result name it alone, as the first that missed it does', () => {
    const whole = dealtShards().shards;
    const endedAfter = (shard: number, message: string, ms: number): ShardResult => ({
      ...known(whole[shard]),
      finished: 'stopped',
      stoppedBy: { guard: 'shard-gone', message },
      steps: known(whole[shard]).steps.map((step) => ({
        ...step,
        run: { ...step.run, measuredMs: ms, slices: step.run.slices ?? [] },
      })),
    });
    const merged = merge(
      [
        endedAfter(0, 'Shards 2 and 3 of 3 left 4.5 s before the end.', 5_600),
        endedAfter(1, 'Shard 3 of 3 left 4.7 s before the end.', 5_300),
      ],
      { allowMissing: true },
    );
    expect(merged.stoppedBy?.message).toBe('Shard 3 of 3 left 4.7 s before the end.');
  });

  it('that have nothing in common are refused with the reason', () => {
    const own = madeRequests(1, 100);
    const shards = [0, 1, 2].map((shard) => {
      const lengthMs = shard === 2 ? 700 : 10_000;
      return shardResult(shard, [shardRunOf(own, lengthMs, cutAt(lengthMs))], endOf(shard === 2));
    });
    expect(() => merge(shards)).toThrow(
      expect.objectContaining({
        code: 'INPUT_MISSING',
        message: expect.stringContaining('no second of it was measured by all shards (pool 12/20/2 s)'),
      }),
    );
  });

  it('show which of them was late, and what the others measured', () => {
    const shards = [0, 1, 2].map((shard) => {
      const requests = madeRequests(shard, 600, { ratePerSecond: 60, lagMs: shard === 1 ? 80 : 0.05 });
      return shardResult(shard, [shardRunOf(requests, 10_000)]);
    });
    const merged = merge(shards);
    const { each, withoutLate } = known(merged.shards);
    expect(each.map(({ trustworthy }) => trustworthy)).toEqual([true, false, true]);
    expect(mainOf(merged).trustworthy).toBe(false);
    expect(known(withoutLate).late).toEqual([1]);
    expect(known(known(withoutLate).totalMs.p95)).toBeLessThan(0.6 * known(mainOf(merged).totalMs.p95));
    expect(known(withoutLate).throughputPerSecond.value).toBeCloseTo(
      known(each[0]).throughputPerSecond + known(each[2]).throughputPerSecond,
    );
  });

  it('in pools of unequal sizes say so, and hold the model of them all against what was measured', () => {
    const plan = { ...onStep({ pool: { connectionLimit: 11, connectTimeoutMs: 10_000 } }) };
    const { requests } = dealtShards();
    const question = { kind: 'verify', pool: { connectionLimit: 11 }, source: 'size.json' } as const;
    const shards = [0, 1, 2].map((shard) =>
      shardResult(
        shard,
        [
          shardRunOf(
            requests.filter((_, index) => index % 3 === shard),
            10_000,
          ),
        ],
        {
          plan: { ...plan, question },
        },
      ),
    );
    const merged = merge(shards);
    expect(mainOf(merged)).toMatchObject({
      label: '3 × ≤4/∞/∞, 11 in all',
      pool: { connectionLimit: 4 },
      ...{ instances: 3, connectionsInAll: 11 },
    });
    expect(known(merged.shards).each.map(({ connections }) => connections)).toEqual([4, 4, 3]);
    const { instances, onePool } = known(merged.split);
    expect(known(instances.p99WaitMs)).toBeGreaterThan(known(onePool.p99WaitMs));
    expect(known(merged.verification).checks.map(({ name }) => name)).toContain('p99 wait');
  });
});

describe('shards of which one left no result', () => {
  const two = dealtShards().shards.slice(0, 2);

  it('are put together where that was asked for: their part of the load, and nothing proved', () => {
    const verify = { kind: 'verify', pool: { connectionLimit: 12 }, source: 'size.json' } as const;
    const merged = merge(
      two.map((shard) => ({ ...shard, plan: { ...shard.plan, question: verify } })),
      { allowMissing: true },
    );
    expect(merged).toMatchObject({ shards: { of: 3, missing: [2] } });
    expect(mainOf(merged)).toMatchObject({ instances: 2, pool: { connectionLimit: 4 } });
    expect(mainOf(merged).wantedPerSecond).toBeCloseTo((200 * 2) / 3);
    expect(merged).not.toHaveProperty('verification');
    expect(merged).not.toHaveProperty('split');
  });
});

/** A run that did not last its ten seconds, in the batches that a whole one has. */
function cutAt(lengthMs: number) {
  return lengthMs < 10_000 ? { batchMs: 100, cutShort: true } : { batchMs: 100 };
}

function endOf(isInterrupted: boolean): Pick<Partial<ShardResult>, 'finished'> {
  return isInterrupted ? { finished: 'interrupted' } : {};
}

function totalsOf(requests: readonly MadeRequest[]): HdrHistogram {
  const all = new HdrHistogram();
  for (const { outcome, lagMs, waitMs, serviceMs } of requests) {
    if (outcome === 'served') all.record(toMicroseconds(lagMs + waitMs + serviceMs));
  }
  return all;
}
