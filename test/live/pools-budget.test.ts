import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { RandomStream } from '../../src/traffic/random.ts';
import { describeWith } from '../helpers/live.ts';
import { definitionOf, failureOf, Managers, record, sleepSql, until } from '../helpers/pools.ts';
import { admin, countSessions, open, ordinary, protocolOf, type Session, settled } from '../helpers/sessions.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const managers = new Managers();
    let watcher: Session;

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
    });
    afterAll(() => watcher.end());
    afterEach(async () => {
      await managers.closeAll();
      await settled(protocol, watcher, 0, server.user);
    });

    test('20 pools of 10 on a budget of 25: the server never has more sessions, and every pool is served', async () => {
      const pools = managers.create({ budget: { perServer: 50, total: 100, instances: 2 }, acquireTimeoutMs: 20_000 });
      const ids = Array.from({ length: 20 }, (_, index) => `key ${index}`);
      for (const id of ids) pools.register(id, definitionOf(engine, ordinary(server), { max: 10 }));
      const exhausted = record(pools, 'budget.exhausted');
      const random = new RandomStream(1, 0);
      const served = new Map<string, number>();
      const failures: unknown[] = [];
      let isOver = false;
      const worker = async (id: string) => {
        while (!isOver) {
          const seconds = 0.005 + 0.03 * random.uniform();
          await pools.executeQuery(id, sleepSql(engine, seconds)).catch((error) => failures.push(error));
          served.set(id, (served.get(id) ?? 0) + 1);
        }
      };
      const workers = ids.flatMap((id) => Array.from({ length: 4 }, () => worker(id)));
      const samples: number[] = [];
      for (let turn = 0; turn < 60; turn++) {
        samples.push(await countSessions(protocol, watcher, server.user));
        await sleep(50);
      }
      isOver = true;
      await Promise.all(workers);
      expect(failures).toEqual([]);
      expect(Math.max(...samples)).toBeLessThanOrEqual(25);
      expect(Math.max(...samples)).toBeGreaterThan(20);
      expect(exhausted.length).toBeGreaterThan(0);
      expect(exhausted[0]).toMatchObject({ scope: 'server', budget: 25 });
      const counts = ids.map((id) => served.get(id) ?? 0);
      expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 4);
    });

    test('a budget smaller than the number of pools is shared in turn', async () => {
      const pools = managers.create({ budget: { perServer: 2 }, acquireTimeoutMs: 10_000 });
      const ids = ['one', 'two', 'three', 'four'];
      for (const id of ids) pools.register(id, definitionOf(engine, ordinary(server), { max: 2 }));
      await Promise.all(
        ids.flatMap((id) => Array.from({ length: 5 }, () => pools.executeQuery(id, sleepSql(engine, 0.005)))),
      );
      expect(await countSessions(protocol, watcher, server.user)).toBeLessThanOrEqual(2);
    });

    test('an idle connection of another pool is closed for a request; one in use is waited for', async () => {
      const pools = managers.create({ budget: { perServer: 1 } });
      for (const id of ['first', 'second']) pools.register(id, definitionOf(engine, ordinary(server)));
      const closed = record(pools, 'connection.closed');
      await pools.executeQuery('first', 'SELECT 1');
      const lease = await pools.acquire('second');
      expect(closed).toMatchObject([{ id: 'first', reason: 'budget' }]);
      const late = await failureOf(pools.acquire('first', { timeoutMs: 50 }));
      expect(late).toMatchObject({ name: 'BudgetExhaustedError', scope: 'server', budget: 1 });
      const waiting = pools.executeQuery('first', 'SELECT 1');
      lease.release();
      await waiting;
      expect(await countSessions(protocol, watcher, server.user)).toBe(1);
    });

    test('500 times registered, used and closed: no session, timer, listener or memory stays', async () => {
      const pools = managers.create();
      const cycle = async (from: number, to: number) => {
        for (let index = from; index < to; index += 25) {
          await Promise.all(
            Array.from({ length: 25 }, async (_, part) => {
              const id = `tenant ${index + part}`;
              pools.register(id, definitionOf(engine, ordinary(server), { max: 2 }));
              await pools.executeQuery(id, 'SELECT 1');
              pools.unregister(id);
            }),
          );
        }
        await until(() => pools.pools.length === 0);
        await settled(protocol, watcher, 0, server.user);
        await sleep(20);
        collectGarbage();
        return { heap: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo().length };
      };
      await cycle(0, 100);
      const before = await cycle(100, 200);
      const after = await cycle(200, 500);
      expect(after.resources).toBeLessThanOrEqual(before.resources + 2);
      expect((after.heap - before.heap) / 300).toBeLessThan(4_000);
      expect(pools.inspectEntries()).toEqual([]);
    });
  });
}
