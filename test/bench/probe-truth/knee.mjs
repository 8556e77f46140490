// Servers whose capacity is set on purpose: a semaphore of advisory locks, and a query that only computes.
import { availableParallelism } from 'node:os';
import { probeCommand, runSql, tableOf } from './shared.mjs';

const places = 8;
const holdMs = 40;

/** Takes one of the places, holds it and gives it back; where none is free, it looks again 4 ms later. */
const semaphores = {
  postgres: `CREATE FUNCTION take_place() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    LOOP
      FOR place IN 1..${places} LOOP
        IF pg_try_advisory_xact_lock(place) THEN PERFORM pg_sleep(${holdMs / 1_000}); RETURN; END IF;
      END LOOP;
      PERFORM pg_sleep(0.004);
    END LOOP;
  END $$`,
  mysql: `CREATE FUNCTION take_place() RETURNS INT NOT DETERMINISTIC NO SQL BEGIN
    DECLARE place INT;
    LOOP
      SET place = 1;
      WHILE place <= ${places} DO
        IF GET_LOCK(CONCAT('place', place), 0) = 1 THEN
          DO SLEEP(${holdMs / 1_000});
          RETURN RELEASE_LOCK(CONCAT('place', place));
        END IF;
        SET place = place + 1;
      END WHILE;
      DO SLEEP(0.004);
    END LOOP;
  END`,
};

/** A few ms of one core, on any machine. Not by MD5(): of that MariaDB 10.11 did 44/s on one connection, 45 on two. */
const compute = {
  postgres: 'SELECT count(*) FROM generate_series(1, 30000)',
  mysql: 'SELECT BENCHMARK(20000, CRC32(RAND()))',
};

const head = ['sizes', 'known', 'knee', 'TPS by size', 'limited by', 'throughput × hold'];

export async function knee(place, judge, { flags = [] }) {
  await runSql(place, semaphores[place.protocol]);
  const table = tableOf(head, 1);
  for (const sizes of [undefined, '2,4,6,8,12,16,24']) {
    const { ramp } = await probeCommand(place, ['--sql', 'SELECT take_place()', ...flags, ...sizesFlag(sizes)]);
    table.push([...row(sizes, ramp, places, judge), ((ramp.knee.throughputPerSecond * holdMs) / 1_000).toFixed(2)]);
  }
  await runSql(place, 'DROP FUNCTION take_place');
  console.log(`${place.name}: each request holds one of ${places} places for ${holdMs} ms`);
  console.log(table.toString());
}

export async function cores(place, judge, { flags = [] }) {
  const table = tableOf(head.slice(0, -1), 1);
  for (const sizes of ['1,2,3,4,6,8', undefined]) {
    const { ramp } = await probeCommand(place, ['--sql', compute[place.protocol], ...flags, ...sizesFlag(sizes)]);
    table.push(row(sizes, ramp, availableParallelism(), judge));
  }
  console.log(`${place.name}: a query that only computes, on ${availableParallelism()} cores`);
  console.log(table.toString());
}

function sizesFlag(sizes) {
  return sizes === undefined ? [] : ['--sizes', sizes];
}

function row(sizes, { levels, knee: { connectionLimit, limitedBy } }, known, judge) {
  const measured = levels.map((level) => level.connectionLimit);
  // One step of the sizes that were measured is allowed.
  const steps = measured.filter(
    (size) => size > Math.min(known, connectionLimit ?? 0) && size <= Math.max(known, connectionLimit ?? 0),
  );
  const isHit = connectionLimit !== undefined && steps.length <= 1;
  const rates = levels.map((level) => `${level.connectionLimit}: ${level.throughputPerSecond.value.toFixed(0)}`);
  return [
    sizes ?? 'by itself',
    known,
    judge.mark(isHit, String(connectionLimit ?? 'none')),
    rates.join('  '),
    limitedBy,
  ];
}
