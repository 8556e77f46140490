// What the closed loop of poolctl probe costs: its throughput against that of a bare loop on the same driver's pool, in
// rounds by turns, on real servers, which it starts. 3 minutes. Needs the build: npm run build && node
// test/bench/probe-throughput.mjs; seconds for each cell and rounds can be named (2 9), and threads beside them (2 9 2).
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import mysql from 'mysql2';
import pg from 'pg';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const built = (name) => import(`${root}dist/${name}.js`);
const { startHere } = await helper('servers/prepare');
const { Cleanup } = await helper('servers/cleanup');
const { postgres } = await helper('servers/postgres');
const { mariadb } = await helper('servers/mariadb');
const { ConnectionTarget } = await built('engines/target');
const { openDriver } = await built('drivers/open');
const { runStep } = await built('probe/load/run-step');

const [seconds = 1, rounds = 5, threads = 1] = process.argv.slice(2).map(Number);
const sessions = [1, 8, 32];
const rows = 10_000;
const target = 0.95;
const warmupMs = 300;

/** The loop that a benchmark against poolctl would use: callbacks, no clock, only finished statements counted. */
function bareLoop(workers, request) {
  return new Promise((resolve, reject) => {
    let completed = 0;
    let startMs = 0;
    let startCpu;
    let isOver = false;
    let left = workers;
    const next = () => {
      if (!isOver) return request(done);
      left -= 1;
      if (left === 0) {
        const rate = (completed / (performance.now() - startMs)) * 1_000;
        const { user, system } = process.cpuUsage(startCpu);
        resolve({ rate, cpu: (user + system) / completed });
      }
    };
    const done = (error) => {
      if (error) return reject(error);
      completed += 1;
      next();
    };
    for (let worker = 0; worker < workers; worker += 1) next();
    setTimeout(() => {
      completed = 0;
      startMs = performance.now();
      startCpu = process.cpuUsage();
    }, warmupMs);
    setTimeout(
      () => {
        isOver = true;
      },
      warmupMs + seconds * 1_000,
    );
  });
}

const randomRow = () => 1 + Math.floor(Math.random() * rows);

const engines = [
  {
    engine: postgres,
    protocol: 'postgres',
    placeholder: '$1',
    async fill(server) {
      const client = new pg.Client(loginOf(server));
      await client.connect();
      await client.query('create table point (id integer primary key, value integer)');
      await client.query(`insert into point select id, id from generate_series(1, ${rows}) id`);
      await client.query('analyze point');
      await client.end();
    },
    async bare(server, max, { text, hasValue }) {
      const pool = new pg.Pool({ ...loginOf(server), max });
      const clients = await Promise.all(Array.from({ length: max }, () => pool.connect()));
      for (const client of clients) client.release();
      const request = (done) =>
        pool.connect((error, client) => {
          if (error) return done(error);
          const answered = (failure) => {
            client.release();
            done(failure);
          };
          if (hasValue) client.query({ name: 'point', text, values: [randomRow()] }, answered);
          else client.query(text, answered);
        });
      const bare = await bareLoop(max, request);
      await pool.end();
      return bare;
    },
  },
  {
    engine: mariadb,
    protocol: 'mysql',
    placeholder: '?',
    async fill(server) {
      const client = mysql.createConnection(loginOf(server)).promise();
      await client.query('create table point (id integer primary key, value integer)');
      await client.query(`insert into point select seq, seq from seq_1_to_${rows}`);
      await client.query('analyze table point');
      await client.end();
    },
    async bare(server, connectionLimit, { text, hasValue }) {
      const pool = mysql.createPool({ ...loginOf(server), connectionLimit });
      const request = (done) =>
        pool.getConnection((error, connection) => {
          if (error) return done(error);
          const answered = (failure) => {
            connection.release();
            done(failure);
          };
          if (hasValue) connection.execute(text, [randomRow()], answered);
          else connection.query(text, answered);
        });
      const bare = await bareLoop(connectionLimit, request);
      await pool.promise().end();
      return bare;
    },
  },
];

function loginOf({ host, port, user, password, database }) {
  return { host, port, user, password, database };
}

function workloadsOf(placeholder) {
  const point = `select value from point where id = ${placeholder}`;
  return [
    { name: 'select1', text: 'select 1', hasValue: false },
    { name: 'point', text: point, hasValue: true },
  ];
}

function workloadOf({ name, text, hasValue }) {
  const statement = { text, prepared: hasValue, parameters: hasValue ? ['id'] : [] };
  return {
    ...{ name, description: '', kind: 'builtin', readOnly: true, transportOnly: !hasValue },
    scripts: [{ weight: 1, isTransaction: false, statements: [statement] }],
    variables: { id: { kind: 'int', from: 1, to: rows } },
  };
}

async function ours(protocol, server, count, workload) {
  const parts = { protocol, ...loginOf(server), tls: { mode: 'disable' } };
  const to = {
    target: new ConnectionTarget(parts),
    safety: {
      ...{ tag: 'poolctl-probe/bench', readOnly: true },
      ...{ statementTimeoutMs: 30_000, lockTimeoutMs: 1_000, idleTimeoutMs: 60_000 },
    },
  };
  const plan = {
    pool: { connectionLimit: count, connectTimeoutMs: 5_000 },
    load: { kind: 'closed', workers: count },
    ...{ warmupMs, durationMs: seconds * 1_000, seed: 1, threads },
  };
  const driver = await openDriver(to.target);
  const { run } = await runStep({
    to,
    driver,
    workload: workloadOf(workload),
    plan,
    signal: new AbortController().signal,
  });
  const { completed, measuredMs, requests, client } = run;
  if (completed === 0) throw new Error('nothing was served');
  if (completed !== requests)
    throw new Error(`${requests - completed} requests failed: ${JSON.stringify(run.failureLabels)}`);
  const rate = (completed / measuredMs) * 1_000;
  return { rate, cpu: (client.cpuPerSecond * 1e6) / rate, loop: client.eventLoopUtilization };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const whole = (value) => Math.round(value).toLocaleString('en-US');

const table = new Table({
  head: ['server', 'workload', 'sessions', 'bare TPS', 'probe TPS', 'ratio', 'rounds', 'bare cpu', 'cpu', 'loop'],
  colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left', 'right', 'right', 'right'],
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
});
let missed = 0;
for (const { engine, protocol, placeholder, fill, bare } of engines) {
  const cleanup = new Cleanup();
  try {
    const { server } = await startHere(engine, cleanup);
    await fill(server);
    for (const workload of workloadsOf(placeholder)) {
      for (const count of sessions) {
        const pairs = [];
        for (let round = 0; round < rounds; round += 1) {
          // Each goes first by turns: the machine is not as fast in every second.
          const bareFirst = round % 2 === 0 ? await bare(server, count, workload) : undefined;
          const probe = await ours(protocol, server, count, workload);
          pairs.push({ bare: bareFirst ?? (await bare(server, count, workload)), probe });
        }
        const ratios = pairs.map((pair) => pair.probe.rate / pair.bare.rate);
        const ratio = median(ratios);
        if (!(ratio >= target)) missed += 1;
        const of = (side, figure) => median(pairs.map((pair) => pair[side][figure]));
        table.push([
          ...[engine.name, workload.name, count],
          ...[whole(of('bare', 'rate')), whole(of('probe', 'rate'))],
          `${ratio.toFixed(2)}${ratio >= target ? '' : ' ✗'}`,
          `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
          ...[of('bare', 'cpu').toFixed(1), of('probe', 'cpu').toFixed(1), of('probe', 'loop').toFixed(2)],
        ]);
      }
    }
  } finally {
    await cleanup.run();
  }
}
console.log(
  `${rounds} rounds of ${seconds} s for each; medians; ${threads === 1 ? 'one thread' : `${threads} threads`}`,
);
console.log(table.toString());
console.log(
  missed === 0 ? `All at least ${target} of the bare loop.` : `${missed} below ${target} of the bare loop: ✗`,
);
process.exitCode = missed === 0 ? 0 : 1;
