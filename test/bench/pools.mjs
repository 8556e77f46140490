// What PoolManager costs, by turns with the bare pool of the driver in one run: a cycle (`SELECT 1`, four at once) and an
// acquire with its release alone, on a PostgreSQL and a MariaDB that it starts. At most 35 % on a cycle. With a number of
// seconds: 20 pools of 10 on a budget of 25, with the server's sessions counted every 50 ms. About 40 s, 60 more for the
// budget: npm run build && node test/bench/pools.mjs 60
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { runnerImport } from 'vite';
import { PoolManager } from '../../dist/entries/pools.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { startHere } = await helper('servers/prepare');
const { Cleanup } = await helper('servers/cleanup');
const { postgres } = await helper('servers/postgres');
const { mariadb } = await helper('servers/mariadb');

const mostOnCycle = 1.35;
const budget = 25;
const [budgetSeconds = 0, rounds = 15] = process.argv.slice(2).map(Number);
const width = 4;
const cyclesARound = 3_000;
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const login = ({ host, port, user, password, database }) => ({ host, port, user, password, database });

const engines = {
  postgres: {
    start: postgres,
    bare(server) {
      const pool = new pg.Pool({ ...login(server), max: width });
      const acquire = async () => (await pool.connect()).release();
      return { cycle: () => pool.query('SELECT 1'), acquire, end: () => pool.end() };
    },
    count: (user) => `SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = '${user}'`,
    sleep: (seconds) => `SELECT pg_sleep(${seconds})`,
  },
  mariadb: {
    start: mariadb,
    bare(server) {
      const pool = mysql.createPool({ ...login(server), connectionLimit: width });
      const acquire = async () => (await pool.getConnection()).release();
      return { cycle: () => pool.query('SELECT 1'), acquire, end: () => pool.end() };
    },
    count: (user) => `SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE USER = '${user}'`,
    sleep: (seconds) => `SELECT SLEEP(${seconds})`,
  },
};

function definitionOf(engine, server, max) {
  const { password, ...rest } = login(server);
  return { engine, ...rest, max, secret: { current: async () => password, instead: async () => password } };
}

/** µs of CPU each. */
async function cpuOf(work, count) {
  const start = process.cpuUsage();
  const worker = async () => {
    for (let turn = 0; turn < count / width; turn++) await work();
  };
  await Promise.all(Array.from({ length: width }, worker));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

async function compare(engine, server) {
  const bare = engines[engine].bare(server);
  const pools = new PoolManager();
  pools.register('orders', definitionOf(engine, server, width));
  const managed = {
    cycle: () => pools.executeQuery('orders', 'SELECT 1'),
    acquire: async () => (await pools.acquire('orders')).release(),
  };
  const rows = [];
  for (const part of ['cycle', 'acquire']) {
    const times = { bare: [], managed: [] };
    for (let round = -2; round < rounds; round++) {
      for (const [name, side] of Object.entries({ bare, managed })) {
        const each = await cpuOf(side[part], cyclesARound);
        if (round >= 0) times[name].push(each);
      }
    }
    const ratio = median(times.managed.map((each, round) => each / times.bare[round]));
    rows.push([engine, part, median(times.bare), median(times.managed), ratio]);
  }
  await Promise.all([bare.end(), pools.close()]);
  return rows;
}

async function budgetHolds(engine, server, watch) {
  const pools = new PoolManager({ budget: { perServer: budget }, acquireTimeoutMs: 30_000 });
  const ids = Array.from({ length: 20 }, (_, index) => `key ${index}`);
  for (const id of ids) pools.register(id, definitionOf(engine, server, 10));
  const served = new Map(ids.map((id) => [id, 0]));
  const untilMs = performance.now() + budgetSeconds * 1_000;
  let failed = 0;
  const worker = async (id) => {
    while (performance.now() < untilMs) {
      await pools.executeQuery(id, engines[engine].sleep(0.005 + 0.045 * Math.random())).then(
        () => served.set(id, served.get(id) + 1),
        () => failed++,
      );
    }
  };
  const work = Promise.all(ids.flatMap((id) => Array.from({ length: 10 }, () => worker(id))));
  const samples = [];
  while (performance.now() < untilMs) {
    samples.push(await watch());
    await sleep(50);
  }
  await work;
  await pools.close();
  const counts = [...served.values()];
  return { engine, samples: samples.length, most: Math.max(...samples), failed, counts };
}

const cleanup = new Cleanup();
let isOver = false;
try {
  const table = new Table({ head: ['engine', 'what', 'bare, µs', 'manager, µs', 'ratio'] });
  for (const engine of Object.keys(engines)) {
    const { server, running } = await startHere(engines[engine].start, cleanup, {});
    for (const [name, part, ...figures] of await compare(engine, server)) {
      table.push([name, part, ...figures.map((figure) => figure.toFixed(2))]);
      if (part === 'cycle' && figures[2] > mostOnCycle) isOver = true;
    }
    if (budgetSeconds > 0) {
      const admin = new PoolManager();
      admin.register('admin', {
        ...definitionOf(engine, { ...server, user: running.admin.user, password: running.admin.password }, 1),
      });
      const watch = async () => Number((await admin.executeQuery('admin', engines[engine].count(server.user)))[0].n);
      const { samples, most, failed, counts } = await budgetHolds(engine, server, watch);
      await admin.close();
      console.log(
        `${engine}: ${samples} samples, at most ${most} sessions of ${budget}; ${failed} requests failed; ` +
          `${Math.min(...counts)} to ${Math.max(...counts)} served a pool`,
      );
      if (most > budget || failed > 0) isOver = true;
    }
  }
  console.log(table.toString());
} finally {
  await cleanup.run();
}
if (isOver) {
  console.log(`Over the limit: a cycle may cost ${mostOnCycle} of the bare one, and ${budget} sessions are the most.`);
  process.exitCode = 1;
}
