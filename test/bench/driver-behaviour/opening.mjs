import { setTimeout as sleep } from 'node:timers/promises';
import { driverEffects } from '../../../dist/size/driver-effects.js';

const connections = 8;

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
      for (let turn = 0; turn < (isBound ? 2 : 7); turn++) {
        serverLoginMs = Math.min(serverLoginMs, await bareLogins(1, { each, ground, tools, heldMs: 200 }));
        allMs = Math.min(allMs, await bareLogins(connections, { each, ground, tools, heldMs: 200 }));
        const outageMs = isBound ? 2_000 : 500;
        seen = Math.min(seen, await seenOpening({ each, ground, tools, roundTripMs, heldMs, outageMs }));
      }
      const furtherLoginMs = (allMs - serverLoginMs) / (connections - 1);
      const scene = { connectionLimit: connections, roundTripMs };
      const { openMs, afterOutage } = driverEffects({ ...facts, serverLoginMs, furtherLoginMs }, scene).opening;
      return { predicted: afterOutage?.atMostMs ?? openMs, seen, isTime: true, isBound };
    },
  };
}

/** What so many logins at once, and the first query of each, take beside their round trips, through a proxy too. */
async function bareLogins(atOnce, { each, ground, tools, heldMs }) {
  const sessions = [];
  const work = async (_pool, proxy) => {
    const sql = tools.whoSql(each.engine, heldMs);
    const near = { ...ground.login, host: '127.0.0.1', port: proxy.port };
    const startMs = performance.now();
    const logIn = async () => {
      const session = await tools.open(tools.protocolOf[each.engine], near);
      sessions.push(session);
      await session.rows(sql);
    };
    await Promise.all(Array.from({ length: atOnce }, logIn));
    const coldMs = performance.now() - startMs;
    const warmFromMs = performance.now();
    await Promise.all(sessions.map((session) => session.rows(sql)));
    return coldMs - (performance.now() - warmFromMs);
  };
  const bare = { open: () => ({ end: () => tools.endAll(sessions) }) };
  return tools.withProxy(bare, ground.login, {}, work, 0);
}

async function seenOpening({ each, ground, tools, roundTripMs, heldMs, outageMs }) {
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
    // Sessions of no pool: what a driver does on a connection that it has lent before is no part of opening one.
    const far = { ...ground.login, host: '127.0.0.1', port: proxy.port };
    const logIns = Array.from({ length: connections }, () => tools.open(tools.protocolOf[each.engine], far));
    const sessions = await Promise.all(logIns);
    const warmFromMs = performance.now();
    await Promise.all(sessions.map((session) => session.rows(tools.whoSql(each.engine, heldMs))));
    const warmMs = performance.now() - warmFromMs;
    await tools.endAll(sessions);
    return coldMs - warmMs;
  };
  return tools.withProxy(each, ground.login, { connections }, work, roundTripMs / 2);
}
