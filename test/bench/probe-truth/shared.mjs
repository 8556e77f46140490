// What the benches of probe share: servers of their own, one stretch of load as the command runs it, and a table that is
// judged. All of it is built code (npm run build); only the servers come from the tests' helpers.
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { runnerImport } from 'vite';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const built = (name) => import(`${root}dist/${name}.js`);
const helper = async (name) => (await runnerImport(`${root}test/helpers/servers/${name}.ts`)).module;

const { ConnectionTarget } = await built('engines/target');
const { openDriver } = await built('drivers/open');
const { runStep } = await built('probe/load/run-step');
const { startHere } = await helper('prepare');
const { Cleanup } = await helper('cleanup');

const protocols = { postgres: 'postgres', mariadb: 'mysql', mysql: 'mysql' };

/** Starts a server, and removes it when the work is done or the bench is interrupted. */
export async function withServer(engine, settings, work) {
  const cleanup = new Cleanup();
  const end = () => void cleanup.run().finally(() => process.exit(130));
  process.once('SIGINT', end);
  try {
    const { [engine]: kind } = await helper(engine);
    const { server } = await startHere(kind, cleanup, { settings });
    return await work({ engine, name: kind.name, protocol: protocols[engine], server });
  } finally {
    process.off('SIGINT', end);
    await cleanup.run();
  }
}

export function loginOf({ server: { host, port, user, password, database } }) {
  return { host, port, user, password, database };
}

/** A session of the ordinary user, without poolctl. */
export async function openSession(place) {
  const login = loginOf(place);
  if (place.protocol === 'mysql') {
    const connection = await mysql.createConnection(login);
    return { rows: async (sql) => (await connection.query(sql))[0], end: () => connection.end() };
  }
  const client = new pg.Client(login);
  await client.connect();
  return { rows: async (sql) => (await client.query(sql)).rows, end: () => client.end() };
}

export async function runSql(place, ...statements) {
  const session = await openSession(place);
  try {
    for (const sql of statements) await session.rows(sql);
  } finally {
    await session.end();
  }
}

export function targetOf(place) {
  return new ConnectionTarget({ protocol: place.protocol, ...loginOf(place), tls: { mode: 'disable' } });
}

/** One stretch of load, the same as a step of the command. Throws where requests failed or were not served. */
export async function runLoad(place, workload, plan, options = {}) {
  const target = targetOf(place);
  const safety = {
    ...{ tag: 'poolctl-probe/bench', readOnly: true },
    ...{ statementTimeoutMs: 30_000, lockTimeoutMs: 5_000, idleTimeoutMs: 60_000 },
  };
  const { run } = await runStep({
    ...{ to: { target, safety }, driver: await openDriver(target), workload, plan },
    signal: new AbortController().signal,
    ...options,
  });
  const failed = Object.values(run.failed).reduce((sum, count) => sum + count, 0);
  if (failed > 0) throw new Error(`${failed} requests failed: ${JSON.stringify(run.failureLabels)}`);
  // Of a load that was not served, no percentile is a measurement.
  const { completed, requests, stillWaiting } = run;
  if (completed === 0 || completed < 0.9 * requests) {
    throw new Error(
      `only ${completed} of ${requests} requests were served, ${stillWaiting} were still waiting at the end`,
    );
  }
  return run;
}

/** `poolctl probe --json` as a user has it, in this process; its result. */
export async function probeCommand(place, flags) {
  const { main } = await built('main');
  const { protocol, server } = place;
  const { host, port, user, password, database } = server;
  const DATABASE_URL = `${protocol}://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  const written = { stdout: '', stderr: '' };
  const stream = (name) => ({
    ...{ isTTY: false, columns: 100 },
    write: (text) => {
      written[name] += text;
    },
  });
  const exitCode = await main(['probe', '--sslmode', 'disable', '--json', ...flags], {
    ...{ stdout: stream('stdout'), stderr: stream('stderr'), stdin: (async function* () {})() },
    ...{ env: { DATABASE_URL }, cwd: root, now: () => performance.now(), interrupted: new AbortController().signal },
  });
  if (exitCode !== 0) throw new Error(`poolctl probe ended with ${exitCode}: ${written.stderr}${written.stdout}`);
  return JSON.parse(written.stdout).result;
}

export function sqlWorkload(text, { parameters = [], variables = {}, isSleep = false, prepared = false } = {}) {
  return {
    ...{ name: 'bench', description: '', kind: 'sql', readOnly: true, transportOnly: false },
    scripts: [{ weight: 1, isTransaction: false, statements: [{ text, prepared, parameters, isSleep }] }],
    variables,
  };
}

export function openPlan({ connections, ratePerSecond, seconds, seed = 1, warmupMs = 2_000 }) {
  return {
    pool: { connectionLimit: connections, connectTimeoutMs: 10_000 },
    load: { kind: 'open', arrivals: { kind: 'poisson', ratePerSecond } },
    ...{ warmupMs, durationMs: seconds * 1_000, seed, threads: 1 },
  };
}

export function closedPlan({ connections, seconds, threads = 1, seed = 1, warmupMs = 500 }) {
  return {
    pool: { connectionLimit: connections, connectTimeoutMs: 10_000 },
    load: { kind: 'closed', workers: connections },
    ...{ warmupMs, durationMs: seconds * 1_000, seed, threads },
  };
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
export const whole = (value) => Math.round(value).toLocaleString('en-US');

/** Counts what misses its target, and marks it. */
export class Judge {
  missed = 0;

  mark(isHit, text) {
    if (!isHit) this.missed += 1;
    return isHit ? text : `${text} ✗`;
  }

  /** The last line of a bench, and its exit code. */
  end(hit) {
    console.log(this.missed === 0 ? hit : `${this.missed} missed: ✗`);
    process.exitCode = this.missed === 0 ? 0 : 1;
  }
}

export function tableOf(head, left = 1) {
  return new Table({
    head,
    colAligns: head.map((_, index) => (index < left ? 'left' : 'right')),
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
}
