// Coordinated omission: a table that is locked for 150 ms of every second, seen by an open and by a closed loop.
import { setTimeout as sleep } from 'node:timers/promises';
import { openSession, probeCommand, runSql, tableOf } from './shared.mjs';

const lockMs = 150;
const everyMs = 1_000;

export async function stall(place, judge, { seconds }) {
  await runSql(place, 'CREATE TABLE stalled (id INT PRIMARY KEY, value INT)', 'INSERT INTO stalled VALUES (1, 1)');
  const flags = ['--sql', 'SELECT value FROM stalled WHERE id = 1', '--connection-limit', '8'];
  const loops = { open: ['--tps', '600'], closed: ['--concurrency', '8'] };
  const table = tableOf(['loop', 'TPS', 'service p50', 'p95', 'p99', 'total p50', 'p95', 'p99', 'target']);
  for (const [loop, ofLoop] of Object.entries(loops)) {
    const locks = await startLocks(place);
    try {
      const { runs } = await probeCommand(place, [...flags, ...ofLoop, '--duration', `${seconds}s`]);
      const [{ throughputPerSecond, serviceMs, totalMs }] = runs;
      const isHit = loop === 'open' ? totalMs.p95 >= 100 : serviceMs.p95 < 10;
      table.push([
        ...[loop, throughputPerSecond.value.toFixed(0)],
        ...[serviceMs, totalMs].flatMap(({ p50, p95, p99 }) => [p50, p95, p99].map((ms) => ms.toFixed(2))),
        judge.mark(isHit, loop === 'open' ? 'total p95 ≥ 100' : 'service p95 < 10'),
      ]);
    } finally {
      await locks.stop();
    }
  }
  await runSql(place, 'DROP TABLE stalled');
  console.log(
    `${place.name}: a table that is locked for ${lockMs} ms every ${everyMs} ms, ${seconds} s each; times in ms`,
  );
  console.log(table.toString());
}

/** Another session takes the table for itself, again and again. */
async function startLocks(place) {
  const session = await openSession(place);
  const statements =
    place.protocol === 'postgres'
      ? ['BEGIN', 'LOCK TABLE stalled IN ACCESS EXCLUSIVE MODE', `SELECT pg_sleep(${lockMs / 1_000})`, 'COMMIT']
      : ['LOCK TABLES stalled WRITE', `SELECT SLEEP(${lockMs / 1_000})`, 'UNLOCK TABLES'];
  let isOver = false;
  const locking = (async () => {
    while (!isOver) {
      const start = performance.now();
      for (const sql of statements) await session.rows(sql);
      await sleep(Math.max(0, everyMs - (performance.now() - start)));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await locking;
      await session.end();
    },
  };
}
