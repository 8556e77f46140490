import { describe, expect, it } from 'vitest';
import type { StepPlan } from '../../../../src/probe/load/model.ts';
import type { ModeContext, ModeFindings } from '../../../../src/probe/modes/mode.ts';
import { rampMode } from '../../../../src/probe/modes/ramp.ts';
import { planRamp } from '../../../../src/probe/plan/plan.ts';
import type { ProbeTask } from '../../../../src/probe/request.ts';
import { FakeDriver, runOn, VirtualClock, workloadOf } from '../../../helpers/fake-load.ts';

const client = { eventLoopUtilization: 0.3, cpuPerSecond: 0.3, gcMs: 0, threads: 1 };

/** A server that does 16 things at once, each in 20 ms, and does more of them more slowly: 800/s at most. */
async function probed(task: Partial<ProbeTask & { kind: 'ramp' }>, usableConnections = 97) {
  const clock = new VirtualClock();
  const driver: FakeDriver = new FakeDriver({ clock, serviceMs: () => 20 * Math.max(1, driver.busy / 16) });
  const findings: ModeFindings = { runs: [], unpooled: [] };
  const bench = {
    isOver: false,
    parts: { workload: workloadOf('select 1') },
    // How busy the real event loop is on a virtual clock says nothing.
    step: async (_label: string, plan: StepPlan) => ({ ...(await runOn(clock, driver, plan)), client }),
  };
  const context = {
    ...{ bench, findings, connectTimeoutMs: 1_000, isLocal: false, allowed: 32 },
    planned: { ramp: planRamp({ durationMs: 15_000, mostConnections: 32, rounds: 1, transportMs: 0 }) },
    budget: { usableConnections, freeConnections: usableConnections, limitedBy: 'max_connections' },
    transport: { roundTripMs: { least: 0, p50: 0, p95: 0 } },
    request: { seed: 1, threads: 1, arrivals: { at: (ratePerSecond: number) => ({ kind: 'poisson', ratePerSecond }) } },
  };
  await rampMode(context as unknown as ModeContext, { kind: 'ramp', rounds: 1, ...task });
  const { recommendation, runs, ramp } = findings;
  return { recommendation, reasons: recommendation?.reasons.join(' ') ?? '', runs, ramp };
}

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
