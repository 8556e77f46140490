// What instrument() costs, by turns with the bare pool in one run: an acquire and release of a client that does nothing,
// a cycle of a real pool (`select 1` on a throw-away PostgreSQL, four at once), memory held by 100,000 acquires, and
// whether they leave any. The budget: 2 µs an acquire without stacks, 12 % on a cycle, 40 bytes an acquire. About 30 s:
// npm run build && node --expose-gc test/bench/monitor.mjs
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/embedded/postgres.js';
import { instrument } from '../../dist/entries/monitor.js';

const budget = { microseconds: 2, cycleRatio: 1.12, bytes: 40 };
const rounds = Number(process.argv[2] ?? 25);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

class IdleClient extends EventEmitter {
  _queryable = true;
  connect(done) {
    process.nextTick(done);
  }
  end(done) {
    process.nextTick(done);
  }
}

/** Acquires one by one in the callback form; µs of CPU each. */
function acquireMicroseconds(pool, count) {
  return new Promise((resolve) => {
    const start = process.cpuUsage();
    let left = count;
    const next = () =>
      pool.connect((_error, _client, release) => {
        release();
        left -= 1;
        if (left > 0) return next();
        const { user, system } = process.cpuUsage(start);
        resolve((user + system) / count);
      });
    next();
  });
}

/** The same with promises. */
async function promiseMicroseconds(pool, count) {
  const start = process.cpuUsage();
  for (let left = count; left > 0; left -= 1) (await pool.connect()).release();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

/** Cycles of four askers at once; µs on the clock each. */
async function cycleMicroseconds(pool, count) {
  const start = performance.now();
  const ask = async () => {
    for (let turn = 0; turn < count / 4; turn += 1) {
      const client = await pool.connect();
      await client.query('select 1');
      client.release();
    }
  };
  await Promise.all([ask(), ask(), ask(), ask()]);
  return ((performance.now() - start) * 1_000) / count;
}

/**
 * Blocks of each variant, one after the other so that the machine's mood hits all alike: medians, and the ratio of the
 * quickest blocks, which other work on the machine disturbs least.
 */
async function byTurns(variants, measure, count) {
  const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (const pool of Object.values(variants)) await measure(pool, count); // warm
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, pool] of Object.entries(variants)) times[name].push(await measure(pool, count));
  }
  return Object.entries(times).map(([name, values]) => ({
    name,
    us: median(values),
    added: median(values.map((value, round) => value - times.bare[round])),
    ratio: Math.min(...values) / Math.min(...times.bare),
  }));
}

function observed(pool, leak) {
  instrument(pool, { leak, onEvent: () => {} });
  return pool;
}

const idle = () => new pg.Pool({ Client: IdleClient, max: 4, idleTimeoutMillis: 0 });
const off = { stacks: 'off' };
const forms = { callbacks: acquireMicroseconds, promises: promiseMicroseconds };
let added = 0;
for (const [form, measure] of Object.entries(forms)) {
  const acquires = await byTurns(
    { bare: idle(), 'without stacks': observed(idle(), off), 'one stack in 20': observed(idle(), {}) },
    measure,
    20_000,
  );
  console.log(`An acquire and its release, ${form}, ${rounds} rounds of 20,000 on Node ${process.version}, µs of CPU:`);
  for (const { name, us, added } of acquires) {
    console.log(`  ${name.padEnd(16)} ${us.toFixed(2).padStart(6)}   added ${added.toFixed(2)}`);
  }
  added = Math.max(added, acquires[1].added);
}

const server = await startEmbeddedPostgres(new AbortController().signal);
const { host, port, user, password, database } = server;
const real = () =>
  new pg.Pool({ host, port, user, password, database, max: 4, idleTimeoutMillis: 0 }).on('error', () => {});
const pools = { bare: real(), observed: observed(real(), off), 'one stack in 20': observed(real(), {}) };
const cycles = await byTurns(pools, cycleMicroseconds, 2_000);
console.log(
  `A cycle of \`select 1\`, four at once, ${rounds} rounds of 2,000, µs on the clock, and the ratio of the quickest:`,
);
for (const { name, us, ratio } of cycles) {
  console.log(`  ${name.padEnd(16)} ${us.toFixed(1).padStart(6)}   x ${ratio.toFixed(3)}`);
}
const { ratio } = cycles[1];
await Promise.all(Object.values(pools).map((pool) => pool.end()));
await server.stop();

const heap = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const pool = observed(idle(), off);
await acquireMicroseconds(pool, 100_000);
const before = heap();
await acquireMicroseconds(pool, 100_000);
const bytes = (heap() - before) / 100_000;
console.log(
  `100,000 acquires leave ${bytes.toFixed(2)} bytes each${globalThis.gc ? '' : ' (without --expose-gc: not collected)'}.`,
);

const misses = [
  [added <= budget.microseconds, `an acquire takes ${added.toFixed(2)} µs more`],
  [ratio <= budget.cycleRatio, `a cycle takes ${ratio.toFixed(3)} times as long`],
  [bytes <= 4, `memory grows by ${bytes.toFixed(1)} bytes an acquire`],
].filter(([isMet]) => !isMet);
for (const [, miss] of misses) console.log(`MISSED: ${miss}.`);
process.exitCode = misses.length > 0 ? 1 : 0;
