// pgbench and sysbench, with what they print turned into numbers.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const packages = { pgbench: 'postgresql-contrib', sysbench: 'sysbench' };

function run(program, args, env = {}) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new Error(`${program} is missing: apt install ${packages[program]}`));
      else reject(new Error(`${program} failed: ${stderr || stdout}`));
    });
  });
}

function pgbenchOf({ server: { host, port, user, password, database } }, { script, clients, threads = 1, seconds }) {
  return {
    env: {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
      PGSSLMODE: 'disable',
    },
    args: [
      ...['-n', '-f', join(folder, `${script}.sql`), '-M', script === 'select1' ? 'simple' : 'prepared'],
      ...['-c', String(clients), '-j', String(threads), '-T', String(seconds)],
    ],
  };
}

/** Transactions a second, without the time to connect. */
async function pgbench(place, wish) {
  const { args, env } = pgbenchOf(place, wish);
  return perSecond(await run('pgbench', args, env), /^tps = ([\d.]+)/m);
}

async function sysbench({ server }, { script, clients, seconds }) {
  const { host, port, user, password, database } = server;
  const text = await run('sysbench', [
    ...['--db-driver=mysql', `--mysql-host=${host}`, `--mysql-port=${port}`, `--mysql-user=${user}`],
    ...[`--mysql-password=${password}`, `--mysql-db=${database}`, `--threads=${clients}`, `--time=${seconds}`],
    ...['--rand-type=uniform', join(folder, `${script}.lua`), 'run'],
  ]);
  return perSecond(text, /total number of events: +(\d+)/) / perSecond(text, /total time: +([\d.]+)s/);
}

function perSecond(text, pattern) {
  const [, found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`There is no ${pattern} in:\n${text}`);
  return Number(found);
}

/** The peer for each server, by its name. */
export const peers = { postgres: { name: 'pgbench', run: pgbench }, mariadb: { name: 'sysbench', run: sysbench } };

/** Times in ms of each transaction of `pgbench --rate`, after the first second, from its log. */
export async function pgbenchAtRate(place, { ratePerSecond, ...wish }) {
  const { args, env } = pgbenchOf(place, wish);
  const logs = await mkdtemp(join(tmpdir(), 'probe-peers-'));
  try {
    const log = ['--log', `--log-prefix=${join(logs, 'log')}`];
    await run('pgbench', [...args, ...log, `--rate=${ratePerSecond}`], env);
    const files = await Promise.all((await readdir(logs)).map((name) => readFile(join(logs, name), 'utf8')));
    return timesOf(files.join(''));
  } finally {
    await rm(logs, { recursive: true });
  }
}

/** client, number, time, script, seconds, microseconds, schedule lag; the time counts from the scheduled start. */
function timesOf(text) {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const firstSecond = Math.min(...rows.slice(0, 100).map((row) => row[4])) + 1;
  const kept = rows.filter((row) => row[4] > firstSecond);
  const sorted = (of) => Float64Array.from(kept, (row) => of(row) / 1_000).sort();
  return {
    total: sorted((row) => row[2]),
    lag: sorted((row) => row[6]),
    service: sorted((row) => row[2] - row[6]),
  };
}
