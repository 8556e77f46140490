import { setTimeout as sleep } from 'node:timers/promises';
import { driverEffects } from '../../../dist/size/driver-effects.js';

const connections = 8;
/** Longer than the idle timeouts that drivers have by default. */
const trickleMs = 36_000;

/** What stays open of a burst while requests come one at a time, with the settings that the driver has by default. */
export const idle = {
  isQuiet: true,
  async run({ each, ground, facts, tools }) {
    const predicted = driverEffects(facts, { connectionLimit: connections }).idleAfterBurst;
    if (predicted === undefined) return undefined;
    const seen = await tools.withPool(each, ground.login, { connections }, async ({ query }) => {
      await Promise.all(Array.from({ length: connections }, () => query(tools.whoSql(each.engine, 300))));
      const untilMs = performance.now() + trickleMs;
      while (performance.now() < untilMs) {
        await query(tools.whoSql(each.engine, 0));
        await sleep(100);
      }
      return ground.countSessions();
    });
    return { predicted, seen };
  },
};
