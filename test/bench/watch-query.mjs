// What a look of `watch` costs a PostgreSQL: server time by its own clock, with 250 sessions and on 18 and 13, beside what
// others ask: a count by state, and the list of sessions that a viewer of the kind of pg_activity reads. One minute.
// The target: below 5 ms. Needs the build: npm run build && node test/bench/watch-query.mjs [looks] [sessions]
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { runnerImport } from 'vite';
import { groupsSql } from '../../dist/engines/postgres/groups.js';
import { limitsSql } from '../../dist/engines/postgres/limits.js';
import { databasesSql, transactionsSql } from '../../dist/watch/looks/postgres-sql.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { admin, endAll, openAll, ordinary } = await helper('sessions');
const { startOwn } = await helper('servers/own-server');

const [looks, count] = [Number(process.argv[2] ?? 60), Number(process.argv[3] ?? 250)];
const targetMs = 5;

const quantile = (times, share) => [...times].sort((one, other) => one - other)[Math.floor(times.length * share)] ?? 0;
const inMs = (ms) => `${ms.toFixed(2)} ms`;

/** Server time of questions that are sent together: parsing, planning and running, between two readings of its clock. */
async function serverMs(client, questions) {
  const clock = 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms';
  const results = await client.query(['BEGIN READ ONLY', clock, ...questions, clock, 'COMMIT'].join('; '));
  return results.at(-2).rows[0].ms - results[1].rows[0].ms;
}

let isMissed = false;
for (const engine of ['postgres', 'postgres13']) {
  const own = await startOwn(engine, { max_connections: count + 20 });
  const clients = await openAll(count, 'postgres', { ...ordinary(own), application: 'shop' });
  for (const client of clients.slice(0, 20)) {
    await client.rows('BEGIN');
    await client.rows('SELECT 1');
  }
  for (const [who, login] of [
    ['an administrator', admin(own)],
    ['an ordinary user', ordinary(own)],
  ])
    await compare(own.version, who, login);
  await endAll(clients);
  await own.stop();
}
if (isMissed) console.log(`\n✗ more than ${targetMs} ms`);
process.exitCode = isMissed ? 1 : 0;

async function compare(version, who, login) {
  const client = new pg.Client(login);
  await client.connect();
  const queries = {
    'a look of watch': [limitsSql, groupsSql(version, 'all'), transactionsSql(version), databasesSql(version)],
    '  limits': [limitsSql],
    '  groups': [groupsSql(version, 'all')],
    '  transactions': [transactionsSql(version)],
    '  counters': [databasesSql(version)],
    'count(*) by state': ['SELECT state, count(*) FROM pg_stat_activity GROUP BY state'],
    'list of sessions': [
      `SELECT pid, application_name, datname, usename, client_addr, state, wait_event, query_start, xact_start,
        extract(epoch FROM clock_timestamp() - query_start) AS age, left(query, 500) AS query
       FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY age DESC`,
    ],
  };
  const times = Object.fromEntries(Object.keys(queries).map((name) => [name, []]));
  for (let look = 0; look < looks + 5; look += 1) {
    for (const [name, questions] of Object.entries(queries)) {
      const ms = await serverMs(client, questions);
      if (look >= 5) times[name].push(ms);
    }
  }
  const ratios = times['a look of watch'].map((ms, look) => ms / times['count(*) by state'][look]);
  console.log(`\nPostgreSQL ${version}, ${count} sessions, ${looks} looks by ${who}, server time: median and p95`);
  for (const [name, ms] of Object.entries(times)) {
    console.log(`  ${name.padEnd(20)} ${inMs(quantile(ms, 0.5)).padStart(9)} ${inMs(quantile(ms, 0.95)).padStart(9)}`);
  }
  console.log(`  a look is ${quantile(ratios, 0.5).toFixed(1)} times the count by state (median of the ratios)`);
  if (quantile(times['a look of watch'], 0.5) > targetMs) isMissed = true;
  await client.end();
}
