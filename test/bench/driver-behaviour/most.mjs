import { setTimeout as sleep } from 'node:timers/promises';
import { driverEffects } from '../../../dist/size/driver-effects.js';

const [connections, slowMs, limitMs] = [4, 3_500, 1_000];

/** The most sessions while each place of the pool gives up on a slow query and starts the next one. */
export const most = {
  isQuiet: false,
  async run({ each, ground, facts, tools }) {
    const clientTimeoutMs = each.hasClientTimeout ? limitMs : undefined;
    const scene = { connectionLimit: connections, queryTimeoutMs: clientTimeoutMs };
    const predicted = driverEffects({ ...facts, slowQueryMs: slowMs }, scene).sessions.connections;
    const seen = await tools.withPool(each, ground.login, { connections, clientTimeoutMs }, async ({ query }) => {
      let seenMost = 0;
      let isOver = false;
      const workers = Array.from({ length: connections }, async () => {
        while (!isOver) await query(tools.whoSql(each.engine, slowMs)).catch(() => {});
      });
      const untilMs = performance.now() + 2 * slowMs;
      while (performance.now() < untilMs) {
        seenMost = Math.max(seenMost, await ground.countSessions());
        await sleep(20);
      }
      isOver = true;
      await Promise.all(workers);
      return seenMost;
    });
    return { predicted, seen };
  },
};
