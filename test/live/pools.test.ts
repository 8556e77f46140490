import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { definitionOf, failureOf, Managers, poolEngines, sleepSql } from '../helpers/pools.ts';
import { admin, open, ordinary, protocolOf, type Session, settled } from '../helpers/sessions.ts';

for (const engine of poolEngines) {
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

    const definition = definitionOf(engine, ordinary(server), { max: 3 });

    test('smoke', async () => {
      const pools = managers.create();
      pools.register('a', definition);
      expect(await pools.executeQuery('a', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(pools.inspectEntries()).toMatchObject([{ id: 'a', used: 0, idle: 1, state: 'open' }]);
      const error = await failureOf(pools.executeQuery('a', 'SELECT nonsense'));
      expect(error.message).toMatch(/nonsense/);
      const results = await Promise.all(
        Array.from({ length: 20 }, () => pools.executeQuery('a', sleepSql(engine, 0.02))),
      );
      expect(results).toHaveLength(20);
      expect(pools.inspectEntries()).toMatchObject([{ id: 'a', used: 0, idle: 3, state: 'open' }]);
      await pools.close();
      const closed = await failureOf(pools.executeQuery('a', 'SELECT 1'));
      expect(closed.name).toBe('PoolClosedError');
    });
  });
}
