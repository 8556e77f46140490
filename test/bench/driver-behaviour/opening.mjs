import { setTimeout as sleep } from 'node:timers/promises';
import { driverEffects } from '../../../dist/size/driver-effects.js';

const connections = 8;
const outageMs = 2_000;

/** The time until all connections of a pool can be used again after an outage with requests in it. */
export function openingAt(roundTripMs) {
  return {
    isQuiet: false,
    async run({ each, ground, facts, tools }) {
      if (facts.opens?.loginRoundTrips === undefined) return undefined;
      // Until the last is open, so that none serves two requests of the burst.
      const heldMs =
        200 + (facts.opens.atOnce === 'one' ? 2 * connections * facts.opens.loginRoundTrips * roundTripMs : 0);
      const isBound = facts.opens.retryPauseMs !== undefined;
      // By turns, and the least of each: what else the machine does only adds.
      let [serverLoginMs, allMs, seen] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let turn = 0; turn < (isBound ? 2 : 5); turn++) {
        serverLoginMs = Math.min(serverLoginMs, await bareLogins(1, { each, ground, tools }));
        allMs = Math.min(allMs, await bareLogins(connections, { each, ground, tools }));
        seen = Math.min(seen, await seenOpening({ each, ground, tools, roundTripMs, heldMs }));
      }
      const furtherLoginMs = (allMs - serverLoginMs) / (connections - 1);
      const scene = { connectionLimit: connections, roundTripMs };
      const { openMs, afterOutageMs } = driverEffects({ ...facts, serverLoginMs, furtherLoginMs }, scene).opening;
      return { predicted: afterOutageMs ?? openMs, seen, isTime: true, isBound };
    },
  };
}

/** What so many logins at once take beside their round trips. */
async function bareLogins(atOnce, { each, ground, tools }) {
  const startMs = performance.now();
  const sessions = await tools.openAll(atOnce, tools.protocolOf[each.engine], ground.login);
  const tookMs = performance.now() - startMs;
  await tools.endAll(sessions);
  return tookMs;
}

async function seenOpening({ each, ground, tools, roundTripMs, heldMs }) {
  const work = async ({ query }, proxy) => {
    const who = (ms) => query(tools.whoSql(each.engine, ms));
    const burst = () => Promise.all(Array.from({ length: connections }, () => who(heldMs)));
    const tookMs = async () => {
      const startMs = performance.now();
      await burst();
      return performance.now() - startMs;
    };
    await burst();
    await proxy.refuse(async () => {
      const untilMs = performance.now() + outageMs;
      while (performance.now() < untilMs) {
        await Promise.race([who(0).catch(() => {}), sleep(100)]);
        await sleep(50);
      }
    });
    if (roundTripMs > 0) proxy.switchTo({ delayMs: roundTripMs / 2, isFar: true });
    const coldMs = await tookMs();
    return coldMs - (await tookMs());
  };
  return tools.withProxy(each, ground.login, { connections }, work, roundTripMs / 2);
}
