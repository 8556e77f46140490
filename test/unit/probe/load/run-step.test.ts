import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../../src/base/errors.ts';
import { realClock } from '../../../../src/probe/load/clock.ts';
import type { Tick } from '../../../../src/probe/load/model.ts';
import { choosePump, pumpKinds, pumpMaker } from '../../../../src/probe/load/pump.ts';
import { runStep } from '../../../../src/probe/load/run-step.ts';
import { FakeDriver, isBalanced, noTarget, planOf, workloadOf } from '../../../helpers/fake-load.ts';

const step = { to: noTarget, workload: workloadOf('select 1') };
const never = new AbortController().signal;

describe('a pump', () => {
  it('spins for a server elsewhere, and for one here only where being woken would cost more', () => {
    const hasCores = availableParallelism() >= 4;
    const here = hasCores ? 'hybrid' : 'metronome';
    expect(choosePump(true, 999)).toBe(here);
    expect(choosePump(true, 1_000)).toBe('hybrid');
    expect(choosePump(false, 10)).toBe('hybrid');
  });

  it.each(pumpKinds)('wakes for every moment that it is set to, one that spins never before it: %s', async (kind) => {
    const clock = realClock();
    const early: number[] = [];
    let dueMs = 0;
    const woken = await new Promise<number>((resolve, reject) => {
      let turns = 0;
      const start = pumpMaker(
        kind,
        clock,
      )(() => {
        const leftMs = dueMs - clock.now();
        // A timer counts from when its turn of the loop began; who is woken early sends what is due and sets it anew.
        if (leftMs > 0) early.push(leftMs);
        turns += 1;
        void start.then((pump) => {
          if (turns === 20) {
            pump.stop();
            resolve(turns);
          } else {
            dueMs = clock.now() + (turns % 4);
            pump.wakeAt(dueMs);
          }
        });
      });
      start.then((pump) => pump.wakeAt(clock.now()), reject);
    });
    expect(woken).toBe(20);
    if (kind === 'spin' || kind === 'hybrid') expect(early).toEqual([]);
  });
});

describe('a step', () => {
  it.each(pumpKinds)('sends an open load that is counted once, with the %s pump', async (pump) => {
    const driver = new FakeDriver({ clock: realClock(), serviceMs: () => 1 });
    const load = { kind: 'open', arrivals: { kind: 'poisson', ratePerSecond: 400 } } as const;
    const { run, connects } = await runStep({
      ...{ ...step, driver, pump, signal: never },
      plan: planOf({ warmupMs: 100, durationMs: 500, load }),
    });
    expect(connects.length).toBe(4);
    expect(isBalanced(run)).toBe(true);
    expect(run.completed).toBeGreaterThan(100);
    expect(run.histogramsUs.lag.count).toBe(run.completed);
    expect(driver.ended).toBe(driver.opened);
  });

  it('tells how it goes while it runs, and which sessions are its own', async () => {
    const driver = new FakeDriver({ clock: realClock(), serviceMs: () => 1 });
    const ticks: Tick[] = [];
    const sessions: (readonly number[])[] = [];
    await runStep({
      ...{ ...step, driver, signal: never },
      plan: planOf({ durationMs: 900, load: { kind: 'closed', workers: 2 }, pool: { connectionLimit: 2 } }),
      onTick: (tick) => ticks.push(tick),
      onSessions: (processIds) => sessions.push(processIds),
    });
    expect(ticks.length).toBeGreaterThanOrEqual(1);
    expect(ticks.at(-1)).toMatchObject({ failed: 0, waiting: 0, processIds: [1, 2] });
    expect(ticks.at(-1)?.ratePerSecond).toBeGreaterThan(0);
    expect([sessions[0], sessions.at(-1)]).toEqual([[1, 2], []]);
  });

  it('measures what poolctl itself used', async () => {
    const driver = new FakeDriver({ clock: realClock(), serviceMs: () => 1 });
    const plan = planOf({ durationMs: 300, load: { kind: 'closed', workers: 2 } });
    const { client } = (await runStep({ ...step, driver, plan, signal: never })).run;
    expect(client.eventLoopUtilization).toBeGreaterThan(0);
    expect(client.cpuPerSecond).toBeGreaterThan(0);
    expect(client).toMatchObject({ threads: 1 });
  });

  it('ends at once when it is aborted, with what there is', async () => {
    const driver = new FakeDriver({ clock: realClock(), serviceMs: () => 1 });
    const abort = new AbortController();
    const plan = planOf({ durationMs: 3_600_000, load: { kind: 'closed', workers: 2 } });
    const { run } = await runStep({ ...step, driver, plan, signal: abort.signal, onTick: () => abort.abort() });
    expect(run.cutShort).toBe(true);
    expect(run.completed).toBeGreaterThan(0);
    expect(driver.ended).toBe(driver.opened);
  });

  it('fails where its pool cannot be opened, and closes what was', async () => {
    const driver = new FakeDriver({ clock: realClock() });
    const plan = planOf({ load: { kind: 'closed', workers: 1 } });
    const error = new PoolctlError('SERVER_FULL', 'full');
    const failing = {
      ...{ name: 'failing', connect: () => driver.connect(), classify: (failure: Error) => driver.classify(failure) },
      createPool(...args: Parameters<FakeDriver['createPool']>) {
        const pool = driver.createPool(...args);
        return Object.assign(pool, {
          openAll: async () => {
            throw error;
          },
        });
      },
    };
    await expect(runStep({ ...step, driver: failing, plan, signal: never })).rejects.toBe(error);
  });
});
