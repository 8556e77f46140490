import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { playDriver } from '../../src/commands/simulate/driver.ts';
import { simulate } from '../../src/simulate/run.ts';
import pgCase from '../helpers/driver-cases/pg.ts';
import postgresCase from '../helpers/driver-cases/postgres.ts';
import { withPool } from '../helpers/driver-ground.ts';
import { describeWith } from '../helpers/live.ts';
import { ordinary } from '../helpers/sessions.ts';

const slowMs = 2_000;
const fastMs = 10;
/** Alone while one of four connections is slow, and then four together, so that one finds none idle. */
const togetherAt = [1, 1, 1, 1, 4, 4, 4, 4].map((together, index) => ({ together, atMs: 50 + index * 150 }));

describeWith('postgres', (server) => {
  it.each([pgCase, postgresCase])(
    'the simulated $driver has as many fast queries behind a slow one as the real one',
    async (driver) => {
      const connections = 4;
      const late = await withPool(driver, ordinary(server), { connections }, async ({ query }) => {
        const wait = (ms: number) => query(`SELECT pg_sleep(${ms / 1_000})`);
        await Promise.all(Array.from({ length: 8 }, () => wait(50)));
        const start = performance.now();
        const slow = wait(slowMs);
        const timed = async () => {
          const askedMs = performance.now();
          await wait(fastMs);
          return performance.now() - askedMs;
        };
        const fast = togetherAt.map(async ({ together, atMs }) => {
          await sleep(atMs - (performance.now() - start));
          return Promise.all(Array.from({ length: together }, timed));
        });
        const times = (await Promise.all(fast)).flat();
        await slow;
        return times.filter((ms) => ms > slowMs / 3).length;
      });

      const { lending } = await playDriver(driver.driver, '--driver', {});
      const timesMs = [0, ...togetherAt.flatMap(({ together, atMs }) => Array<number>(together).fill(atMs))];
      const { waits } = simulate({
        arrivals: { kind: 'trace', timesMs, holdsMs: timesMs.map((atMs) => (atMs === 0 ? slowMs : fastMs)) },
        hold: { kind: 'constant', meanMs: fastMs },
        ...{ connections, durationMs: 60_000, seed: 1 },
        ...(lending && { lending }),
      });
      const simulated = waits.buckets.reduce((sum, { fromMs, count }) => sum + (fromMs > slowMs / 3 ? count : 0), 0);
      expect({ late, lending }).toEqual({ late: simulated, lending: driver === pgCase ? 'queue' : 'busy-in-turn' });
      expect(simulated).toBe(driver === pgCase ? 0 : 4);
    },
  );
});
