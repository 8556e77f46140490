import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../../../src/probe/result.ts';
import { mergeShardResults } from '../../../../src/probe/shards/merge-results.ts';
import type { ShardResult } from '../../../../src/probe/shards/model.ts';
import { probeWarnings } from '../../../../src/probe/warnings.ts';
import { known } from '../../../helpers/known.ts';
import { rampShards } from '../../../helpers/shard-results.ts';

const merge = (shards: readonly ShardResult[], options = {}): ProbeResult =>
  mergeShardResults(
    shards.map((result) => ({ file: `shard-${result.shard + 1}.json`, result })),
    options,
  );
const sizesOf = ({ ramp }: ProbeResult) => ramp?.levels.map(({ connectionLimit }) => connectionLimit);
const busy = { eventLoopUtilization: 0.99, cpuPerSecond: 0.98, loopDelayP99Ms: 9, gcMs: 3 };

describe('a ramp that several shards climbed', () => {
  it('has its knee in connections of all of them, over all rounds', () => {
    const merged = merge(rampShards());
    expect(sizesOf(merged)).toEqual([3, 6, 12, 24]);
    expect(merged.ramp).toMatchObject({ workers: 30, rounds: 2, knee: { connectionLimit: 12, limitedBy: 'server' } });
    expect(merged.ramp?.levels.map(({ rounds }) => rounds)).toEqual([2, 2, 2, 2]);
    expect(known(merged.ramp?.knee.throughputPerSecond)).toBeGreaterThan(550);
    expect(merged.shards?.each.map(({ connections }) => connections)).toEqual([4, 4, 4]);
  });

  it('advises one pool of all, and says what as many pools as there were shards would need', () => {
    const { recommendation } = merge(rampShards(undefined, { tps: 200 }));
    const { connectionLimit, reasons } = known(recommendation);
    expect(reasons.join(' ')).toMatch(
      /one pool for all of it: 3 pools of their own, as the shards had, need (\d+) connections each, (\d+) in all/,
    );
    const [, each, all] = / need (\d+) connections each, (\d+) in all/.exec(reasons.join(' ')) ?? [];
    expect(Number(all)).toBe(3 * Number(each));
    expect(Number(all)).toBeGreaterThan(connectionLimit);
    expect(reasons.at(-2)).toContain(`--connection-limit ${all} --tps 200 --shards 3 --save-plan proof.json`);
    expect(reasons.at(-1)).toMatch(
      new RegExp(
        `^Not proven by a run: probe --connection-limit ${connectionLimit} --queue-limit \\d+ --acquire-timeout 30s --tps 200, in one process, would do it`,
      ),
    );
  });

  it('advises each instance where the plan is for several', () => {
    const shards = rampShards(undefined, { tps: 20 }).map((shard) => ({
      ...shard,
      plan: { ...shard.plan, load: { ...shard.plan.load, instances: 10 } },
    }));
    const { recommendation } = merge(shards);
    expect(recommendation).toMatchObject({ instances: 10 });
    expect(known(recommendation).reasons.join(' ')).toContain('all 10 send 200/s');
    expect(known(recommendation).reasons.join(' ')).not.toContain('one pool for all of it');
  });

  it('leaves out, and names, the steps that a shard did not run to their end', () => {
    const shards = rampShards((shard, step) => (shard === 2 && step === 5 ? { measuredMs: 700, cutShort: true } : {}));
    const merged = merge(
      shards.map((shard) => ({
        ...shard,
        finished: shard.shard === 2 ? ('interrupted' as const) : shard.finished,
        steps: shard.steps.filter(({ step }) => step < (shard.shard === 2 ? 6 : 7)),
      })),
    );
    expect(merged.shards?.leftOut).toEqual([
      { label: 'round 2 of 2, 12 connections', reason: 'no second of it was measured by all shards' },
      { label: 'round 2 of 2, 6 connections', reason: 'shard 3 of 3 had ended before it' },
    ]);
    expect(merged).toMatchObject({ finished: 'interrupted', ramp: { knee: { limitedBy: 'none' } } });
    expect(merged.noRecommendation?.reason).toContain('stopped before its end');
    expect(merged).not.toHaveProperty('recommendation');
  });

  it('leaves out, and names, steps that a shard was late for, or in which the server stood still', () => {
    const shards = rampShards().map((shard) => ({
      ...shard,
      steps: shard.steps.map((step) => {
        if (shard.shard === 1 && step.step === 4) return { ...step, lateMs: 450 };
        return shard.shard === 0 && step.step === 3 ? { ...step, stoodStill: true } : step;
      }),
    }));
    const merged = merge(shards);
    expect(merged.shards?.leftOut).toEqual([
      { label: 'round 1 of 2, 24 connections', reason: 'the server stood still in it' },
      { label: 'round 2 of 2, 24 connections', reason: 'the pool of shard 2 of 3 was open 450 ms late' },
    ]);
    expect(sizesOf(merged)).toEqual([3, 6, 12]);
  });

  it('is limited by locks where the sessions of all shards waited for them', () => {
    const shards = rampShards().map((shard) => ({
      ...shard,
      steps: shard.steps.map((step) => ({ ...step, own: { active: 10, lockWaiting: shard.shard === 0 ? 0 : 6 } })),
    }));
    expect(merge(shards).ramp?.knee).toMatchObject({
      limitedBy: 'locks',
      reason: expect.stringContaining('40 % of the sessions at work waited for locks'),
    });
  });

  it('was limited by poolctl where one of its shards was, and says which', () => {
    const merged = merge(
      rampShards((shard, step) => (shard === 1 && [2, 3, 4, 5].includes(step) ? { use: busy } : {})),
    );
    expect(merged.ramp?.knee.limitedBy).toBe('client');
    expect(merged.shards?.each.map(({ limitedBy }) => limitedBy)).toEqual([undefined, 'client', undefined]);
    expect(probeWarnings(merged)).toContainEqual(
      expect.objectContaining({
        code: 'CLIENT_IS_THE_LIMIT',
        hint: 'Plan more shards, and run them on machines of their own, none of them the server.',
      }),
    );
  });

  it('without one of its shards has no knee and no advice, and counts the connections that are left', () => {
    const merged = merge(rampShards().slice(0, 2), { allowMissing: true });
    expect(sizesOf(merged)).toEqual([2, 4, 8, 16]);
    expect(merged).not.toHaveProperty('recommendation');
    expect(merged.ramp?.knee).toEqual({
      limitedBy: 'none',
      reason: expect.stringContaining('1 shard of 3 left no result'),
    });
    expect(probeWarnings(merged).map(({ code }) => code)).toContain('SHARDS_LEFT_OUT');
  });
});
