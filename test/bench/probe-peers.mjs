// poolctl probe beside pgbench and sysbench, on servers that it starts: throughput in closed loop by turns, and the times
// in open loop at the same rates. Needs the build and both programs (Debian: postgresql-contrib, sysbench); on a machine
// with nothing else to do: npm run build && node test/bench/probe-peers.mjs
// 6 minutes each for `closed` and `open`, which can be named; `short` takes a few seconds for each cell and tells little.
import { closed } from './probe-peers/closed.mjs';
import { open } from './probe-peers/open.mjs';
import { Judge, runSql, withServer } from './probe-truth/shared.mjs';

const words = process.argv.slice(2);
const isShort = words.includes('short');
const wants = (part) => words.includes(part) || !(words.includes('open') || words.includes('closed'));

const rows = {
  postgres: 'INSERT INTO point SELECT id, id FROM generate_series(1, 10000) id',
  mariadb: 'INSERT INTO point SELECT seq, seq FROM seq_1_to_10000',
};
const analyse = { postgres: 'ANALYZE point', mariadb: 'ANALYZE TABLE point' };

const judge = new Judge();
for (const engine of ['postgres', 'mariadb']) {
  if (!wants('closed') && engine === 'mariadb') continue;
  await withServer(engine, {}, async (place) => {
    await runSql(place, 'CREATE TABLE point (id INT PRIMARY KEY, value INT)', rows[engine], analyse[engine]);
    if (wants('closed')) await closed(place, judge, isShort ? { seconds: 1, rounds: 1 } : { seconds: 2, rounds: 5 });
    if (wants('open') && engine === 'postgres') await open(place, judge, { seconds: isShort ? 4 : 30 });
  });
}
judge.end('All targets hit.');
