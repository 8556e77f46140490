import { describe, expect, it } from 'vitest';
import type { StepPlan, StepRun } from '../../../../src/probe/load/model.ts';
import type { ModeContext, ModeFindings } from '../../../../src/probe/modes/mode.ts';
import { rampMode } from '../../../../src/probe/modes/ramp.ts';
import { planRamp } from '../../../../src/probe/plan/plan.ts';
import type { ProbeTask } from '../../../../src/probe/request.ts';
import { FakeDriver, runOn, VirtualClock, workloadOf } from '../../../helpers/fake-load.ts';

const client = { eventLoopUtilization: 0.3, cpuPerSecond: 0.3, gcMs: 0, threads: 1 };

/** A server that does 16 things at once, each in 20 ms, and does more of them more slowly: 800/s at most. */
async function probed(
  task: Partial<ProbeTask & { kind: 'ramp' }>,
  usableConnections = 97,
  disturb: (label: string, run: StepRun) => { run?: Partial<StepRun>; isOver?: boolean } = () => ({}),
) {
  const clock = new VirtualClock();
  const driver: FakeDriver = new FakeDriver({ clock, serviceMs: () => 20 * Math.max(1, driver.busy / 16) });
  const findings: ModeFindings = { runs: [], unpooled: [] };
  const bench = {
    isOver: false,
    stoppedBy: undefined as object | undefined,
    parts: { workload: workloadOf('select 1') },
    // How busy the real event loop is on a virtual clock says nothing.
    step: async (label: string, plan: StepPlan) => {
      if (bench.isOver) return undefined;
      labels.push(label);
      const done = { ...(await runOn(clock, driver, plan)), client };
      const { run, isOver = false } = disturb(label, done);
      bench.isOver = isOver;
      if (isOver) bench.stoppedBy = { guard: 'control-slow', message: 'It stood still.' };
      return { ...done, ...run };
    },
  };
  const labels: string[] = [];
  const context = {
    ...{ bench, findings, connectTimeoutMs: 1_000, isLocal: false, allowed: 32 },
    planned: { ramp: planRamp({ durationMs: 15_000, mostConnections: 32, rounds: 1, transportMs: 0 }) },
    budget: { usableConnections, freeConnections: usableConnections, limitedBy: 'max_connections' },
    transport: { roundTripMs: { least: 0, p50: 0, p95: 0 } },
    request: {
      seed: 1,
      threads: 1,
      limits: {},
      arrivals: { at: (ratePerSecond: number) => ({ kind: 'poisson', ratePerSecond }) },
    },
  };
  await rampMode(context as unknown as ModeContext, { kind: 'ramp', rounds: 1, ...task });
  const { recommendation, noRecommendation, runs, ramp } = findings;
  const reasons = recommendation?.reasons.join(' ') ?? '';
  return { recommendation, noRecommendation, reasons, runs, ramp, labels };
}

describe('a ramp that is stopped', () => {
  const sizes = ({ ramp }: Awaited<ReturnType<typeof probed>>) => ramp?.levels.map((level) => level.connectionLimit);

  it('names no size, and takes the step in which it was stopped for no evidence', async () => {
    const found = await probed({ tps: 100 }, 97, (label) =>
      label.endsWith('pool 8') ? { run: { cutShort: true }, isOver: true } : {},
    );
    expect(found.recommendation).toBeUndefined();
    expect(found.ramp?.knee).toEqual({ limitedBy: 'none', reason: expect.stringContaining('stopped before its end') });
    expect(found.noRecommendation?.next).toContain('Run it again');
    expect(sizes(found)).toEqual([1, 2, 4]);
    expect(found.runs).toEqual([]);
  });

  it('names none either where the proof of a size was stopped', async () => {
    const found = await probed({ tps: 100 }, 97, (label) => (label.startsWith('proof') ? { isOver: true } : {}));
    expect(found.recommendation).toBeUndefined();
    expect(found.noRecommendation?.reason).toMatch(/^The proof of \d+ connections was stopped/);
  });
});

describe('a step of a ramp', () => {
  it('in which the server stood still is run once more', async () => {
    const { labels, ramp } = await probed({}, 97, (label) =>
      label.endsWith('pool 4') ? { run: { stoodStill: true } } : {},
    );
    expect(labels.filter((label) => / pool 4\b/.test(label))).toEqual([
      'round 1 of 1, pool 4',
      'round 1 of 1, pool 4, again',
    ]);
    expect(ramp?.levels.map((level) => level.connectionLimit)).toContain(4);
  });

  it('of which more than 1 % failed is no evidence for its size', async () => {
    const failing = (failed: number) => (label: string, run: StepRun) =>
      label.endsWith('pool 4') ? { run: { failed: { 'sql-error': failed * run.requests } } } : {};
    const has4 = async (failed: number) =>
      (await probed({}, 97, failing(failed))).ramp?.levels.some((level) => level.connectionLimit === 4);
    expect([await has4(0.009), await has4(0.02)]).toEqual([true, false]);
  });
});

describe('a probe for several instances', () => {
  it('sizes each for its own rate, and proves that rate', async () => {
    const { recommendation, reasons, runs, ramp } = await probed({ tps: 100, instances: 3 });
    expect(ramp?.knee).toMatchObject({ connectionLimit: 16, limitedBy: 'server' });
    expect(recommendation).toMatchObject({ instances: 3, basis: 'demand', most: 5 });
    expect(recommendation?.connectionLimit).toBeLessThanOrEqual(5);
    const all = 3 * (recommendation?.connectionLimit ?? 0);
    expect(reasons).toContain(`That is one instance: all 3 send 300/s and open up to ${all} connections.`);
    expect(runs.map(({ wantedPerSecond }) => wantedPerSecond)).toEqual([100]);
  });

  it('says when the server cannot serve them all, though it serves one', async () => {
    expect((await probed({ tps: 300 })).recommendation).toMatchObject({ basis: 'demand' });
    const { recommendation, reasons } = await probed({ tps: 300, instances: 3 });
    expect(recommendation).toMatchObject({ connectionLimit: 5, instances: 3, basis: 'knee', most: 5 });
    expect(reasons).toContain('The server cannot serve that');
    expect(reasons).toContain('900/s are asked for');
  });

  it('without a rate gives each its part of what the server bears, and proves a part of it', async () => {
    const alone = await probed({});
    expect(alone.recommendation).toMatchObject({ connectionLimit: 16, basis: 'knee' });
    expect(alone.recommendation).not.toHaveProperty('instances');
    const { recommendation, reasons, runs, ramp } = await probed({ instances: 4 });
    expect(recommendation).toMatchObject({ connectionLimit: 4, instances: 4, basis: 'knee', most: 4 });
    expect(reasons).toContain('All 4 instances share that: 16 / 4 for each.');
    const capacity = ramp?.knee.throughputPerSecond ?? 0;
    expect(runs.map(({ wantedPerSecond = 0 }) => wantedPerSecond / capacity)).toEqual([
      expect.closeTo(0.125),
      expect.closeTo(0.175),
      expect.closeTo(0.2125),
    ]);
  });

  it('keeps all of them within what the server lets in, also where the proof asks for more', async () => {
    const { recommendation, reasons } = await probed({ tps: 100, instances: 10 }, 15);
    expect(recommendation).toMatchObject({ connectionLimit: 1, instances: 10 });
    expect(reasons).toContain('the server lets in 15 for 10 instances');
  });
});
