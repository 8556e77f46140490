// poolctl watch for an hour, of servers that are not there: 50 targets with 500 sessions each, looked at every 2 s, with
// every look written as ndjson and shown to a listener. The hour is simulated: timers are a queue that this file works off.
// Prints how the memory goes on, and what a look costs. Takes some five minutes; an argument is another number of hours. Needs `npm run build`.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const [targets, sessions, intervalMs, hours] = [50, 500, 2_000, Number(process.argv[2] ?? 1)];

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Timers by virtual time. */
let nowMs = 0;
let timers = 0;
const due = new Map();
globalThis.setTimeout = (work, ms = 0) => {
  timers += 1;
  const timer = { id: timers, atMs: nowMs + Math.max(0, ms), work, unref: () => timer, ref: () => timer };
  due.set(timer.id, timer);
  return timer;
};
globalThis.clearTimeout = (timer) => void due.delete(timer?.id);
const turn = () => new Promise((resolve) => setImmediate(resolve));

const { watchTargets, watchLine, ConnectionTarget } = await import('poolctl/watch');

/** What a server with sessions that come and go answers; each look makes all its objects anew, as a driver does. */
function lookOf(target, at) {
  const groups = Array.from({ length: sessions }, (_, index) => ({
    user: `user-${index % 7}`,
    database: 'app',
    application: `service-${index % 40}-${1_000 + ((index * 7 + at) % 9_000)}`,
    client: `10.0.${target % 256}.${index % 256}`,
    state: index % 3 === 0 ? 'active' : 'idle',
    connections: 1,
  }));
  return {
    kind: 'postgres',
    version: '18.4',
    atMs: at,
    serverId: `server-${target}/1`,
    isReplica: false,
    capacity: { usable: 597, max: 600, reserved: 3, caps: [] },
    taken: sessions - ((at / intervalMs) % 20),
    hidden: 0,
    groups,
    idleInTransaction: { sessions: 0 },
    transactions: [{ seconds: 1, user: 'user-1', state: 'active' }],
    lockWaiters: 0,
    openedTotal: at,
    transactionsTotal: at * 3,
    unseen: [],
  };
}

/** One look in 500 fails, and every connection is lost now and then. */
let looks = 0;
async function open(place) {
  const target = Number(place.host);
  return {
    kind: 'postgres',
    look: async () => {
      looks += 1;
      if (looks % 500 === 0) throw Object.assign(new Error('lost'), { code: 'CONNECTION_LOST' });
      return lookOf(target, nowMs);
    },
    close: async () => {},
  };
}

const place = { protocol: 'postgres', port: 5_432, user: 'monitor', tls: { mode: 'disable' } };
const watching = watchTargets(
  Array.from({ length: targets }, (_, index) => ({
    name: `db-${index}`,
    server: new ConnectionTarget({ ...place, host: String(index) }),
  })),
  { intervalMs, open, clock: { now: () => nowMs, wallMs: () => 1.8e12 + nowMs, random: Math.random } },
);
let bytes = 0;
const last = new Map();
watching.onChange((state) => {
  for (const target of state.targets) {
    if (last.get(target.name) === target) continue;
    last.set(target.name, target);
    bytes += JSON.stringify(watchLine(target, state.atMs)).length;
  }
});

const startedAt = process.cpuUsage();
const heaps = [];
for (let minute = 0; minute < hours * 60; minute += 1) {
  const untilMs = (minute + 1) * 60_000;
  for (;;) {
    let next;
    for (const timer of due.values()) if (timer.atMs <= untilMs && (!next || timer.atMs < next.atMs)) next = timer;
    if (!next) break;
    due.delete(next.id);
    nowMs = Math.max(nowMs, next.atMs);
    next.work();
    await turn();
  }
  nowMs = untilMs;
  if ((minute + 1) % 10 === 0) {
    collect();
    heaps.push([minute + 1, process.memoryUsage().heapUsed / 2 ** 20]);
  }
}
const { user, system } = process.cpuUsage(startedAt);
await watching.close();
const cpuMs = (user + system) / 1_000;
console.log(`${looks} looks at ${targets} targets with ${sessions} sessions each, in ${hours} simulated hours`);
console.log(
  `heap after garbage collection: ${heaps.map(([minute, mib]) => `${minute} min ${mib.toFixed(1)} MiB`).join(', ')}`,
);
console.log(
  `a look costs ${(cpuMs / looks).toFixed(3)} ms of processor time, ndjson included: ${((cpuMs / (hours * 3_600_000)) * 100).toFixed(2)} % of one processor`,
);
console.log(`${(bytes / 2 ** 20).toFixed(0)} MiB of ndjson; timers left: ${due.size}`);
