import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scheduleOf } from '../../src/probe/load/schedule.ts';
import { wholeStep } from '../../src/probe/load/shard.ts';
import { createDraw } from '../../src/probe/workload/draw.ts';
import { holdWorkload } from '../../src/probe/workload/hold.ts';
import { mmcq } from '../bench/exact.mjs';
import { describeWith } from '../helpers/live.ts';
import { documentOf, probe, urlOf } from '../helpers/probe.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { open, ordinary, type Protocol, protocolOf, run } from '../helpers/sessions.ts';

// Short versions of test/bench/probe-truth.mjs, with outcomes that a busy machine does not change.

/** Of 20 seeds one misses by chance, so this one is fixed: requests whose own waits are near the mean of all. */
const known = { connections: 8, ratePerSecond: 120, holdMs: 50, seed: 2, warmupMs: 1_500, durationMs: 8_000 } as const;

/**
 * The mean wait of the requests that the seed stands for, first come first served, each held for its sleep and the
 * `addedMs` of round trip and timers.
 */
function meanWaitOfRequests(addedMs: number): { waitMs: number; sleepMs: number } {
  const { connections, ratePerSecond, holdMs, seed, warmupMs, durationMs } = known;
  const arrivals = { kind: 'poisson', ratePerSecond } as const;
  const plan = { pool: { connectionLimit: connections, connectTimeoutMs: 0 }, warmupMs, durationMs, seed, threads: 1 };
  const load = { kind: 'open', arrivals } as const;
  const schedule = scheduleOf(load, seed, wholeStep({ ...plan, load }));
  const draw = createDraw(holdWorkload('postgres', { kind: 'exponential', meanMs: holdMs }), seed);
  const freeMs = Array.from({ length: connections }, () => 0);
  const [waits, sleeps]: [number[], number[]] = [[], []];
  for (; schedule.nextMs < warmupMs + durationMs; schedule.advance()) {
    const sleepMs = Number(draw.next().statements[0]?.values[0]) * 1_000;
    const first = freeMs.indexOf(Math.min(...freeMs));
    const startMs = Math.max(schedule.nextMs, freeMs[first] ?? 0);
    freeMs[first] = startMs + sleepMs + addedMs;
    if (schedule.nextMs < warmupMs) continue;
    waits.push(startMs - schedule.nextMs);
    sleeps.push(sleepMs);
  }
  return { waitMs: mean(waits), sleepMs: mean(sleeps) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const url = urlOf({ protocol, server });

    describe('a pool whose waits are known', () => {
      test('is measured as Erlang computes it, and as its own requests make it', { timeout: 60_000 }, async () => {
        const { connections, ratePerSecond, holdMs, seed, warmupMs, durationMs } = known;
        const load = ['--hold', `exp:${holdMs}ms`, '--tps', `${ratePerSecond}`, '--connection-limit', `${connections}`];
        const lengths = ['--duration', `${durationMs}ms`, '--warmup', `${warmupMs}ms`, '--seed', `${seed}`];
        const ran = await probe(url, [...load, ...lengths, '--json']);
        expect(ran).toMatchObject({ exitCode: 0 });
        const [found] = documentOf(ran).result.runs;
        if (!found) throw new Error('there is no run');

        const heldMs = found.serviceMs.mean;
        const exact = mmcq(connections, (ratePerSecond * heldMs) / 1_000, heldMs);
        expectWithin(exact.meanWaitMs, found.meanWaitMs);
        expectWithin(exact.waitProbability, found.waitProbability);
        expectWithin(exact.p99WaitMs, found.p99WaitMs);

        // The interval of 8 s is wide; the very requests of the seed leave no room for chance.
        const { waitMs } = meanWaitOfRequests(heldMs - meanWaitOfRequests(0).sleepMs);
        expect(Math.abs(found.meanWaitMs.value / waitMs - 1)).toBeLessThan(0.25);
      });
    });

    describe('a table that is locked for a quarter of each second', () => {
      beforeAll(() =>
        run(
          protocol,
          ordinary(server),
          'CREATE TABLE stalled (id INT PRIMARY KEY, value INT)',
          'INSERT INTO stalled VALUES (1, 1)',
        ),
      );
      afterAll(() => run(protocol, ordinary(server), 'DROP TABLE stalled'));

      test('is seen by the open loop, and hidden by the closed one', { timeout: 60_000 }, async () => {
        const locks = await keepLocking(protocol, server);
        const flags = ['--sql', 'SELECT value FROM stalled WHERE id = 1', '--connection-limit', '8', '--json'];
        const lengths = ['--duration', '4s', '--warmup', '500ms'];
        try {
          const opened = documentOf(await probe(url, [...flags, ...lengths, '--tps', '600'])).result.runs[0];
          const closed = documentOf(await probe(url, [...flags, ...lengths, '--concurrency', '8'])).result.runs[0];
          expect(opened?.totalMs.p95).toBeGreaterThan(100);
          expect(closed?.serviceMs.p95).toBeLessThan(25);
          // Both met the lock: of eight workers it stops eight requests a second, however many came meanwhile.
          expect(opened?.serviceMs.max).toBeGreaterThan(100);
          expect(closed?.serviceMs.max).toBeGreaterThan(100);
        } finally {
          await locks.stop();
        }
      });
    });
  });
}

describeWith('postgres', (server) => {
  const url = urlOf({ protocol: 'postgres', server });
  const places = 8;
  const holdMs = 40;

  describe(`a server with ${places} places for work of ${holdMs} ms`, () => {
    beforeAll(() =>
      run(
        'postgres',
        ordinary(server),
        `CREATE FUNCTION take_place() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
          LOOP
            FOR place IN 1..${places} LOOP
              IF pg_try_advisory_xact_lock(place) THEN PERFORM pg_sleep(${holdMs / 1_000}); RETURN; END IF;
            END LOOP;
            PERFORM pg_sleep(0.002);
          END LOOP;
        END $$`,
      ),
    );
    afterAll(() => run('postgres', ordinary(server), 'DROP FUNCTION take_place'));

    test('has its knee there, give or take one of the sizes', { timeout: 60_000 }, async () => {
      const flags = ['--sql', 'SELECT take_place()', '--sizes', '2,4,6,8,12,16', '--quick', '--duration', '16s'];
      const ran = await probe(url, [...flags, '--json']);
      expect(ran).toMatchObject({ exitCode: 0 });
      const { ramp } = documentOf(ran).result;
      expect([6, 8, 12]).toContain(ramp?.knee.connectionLimit);
      // Never more than the places allow, which a busy machine does not reach.
      const most = (places / holdMs) * 1_000;
      expect(ramp?.knee.throughputPerSecond).toBeLessThan(1.05 * most);
      expect(ramp?.knee.throughputPerSecond).toBeGreaterThan(0.6 * most);
    });
  });
});

interface Interval {
  readonly low: number;
  readonly high: number;
}

function expectWithin(value: number | undefined, { low, high }: Interval): void {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
}

/** Another session takes the table for itself, again and again, until it is stopped. */
async function keepLocking(protocol: Protocol, server: Server): Promise<{ stop(): Promise<void> }> {
  const session = await open(protocol, ordinary(server));
  const lock =
    protocol === 'postgres'
      ? ['BEGIN', 'LOCK TABLE stalled IN ACCESS EXCLUSIVE MODE', 'SELECT pg_sleep(0.25)', 'COMMIT']
      : ['LOCK TABLES stalled WRITE', 'SELECT SLEEP(0.25)', 'UNLOCK TABLES'];
  let isOver = false;
  const locking = (async () => {
    while (!isOver) {
      for (const sql of lock) await session.rows(sql);
      await sleep(750);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await locking;
      await session.end();
    },
  };
}
