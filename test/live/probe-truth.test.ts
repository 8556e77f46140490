import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { documentOf, probe, urlOf } from '../helpers/probe.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { open, ordinary, type Protocol, protocolOf, run } from '../helpers/sessions.ts';

// Short versions of test/bench/probe-truth.mjs, with outcomes that a busy machine does not change.

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const url = urlOf({ protocol, server });

    describe('a table that is locked for a quarter of each second', () => {
      beforeAll(() =>
        run(
          protocol,
          ordinary(server),
          'CREATE TABLE stalled (id INT PRIMARY KEY, value INT)',
          'INSERT INTO stalled VALUES (1, 1)',
        ),
      );
      afterAll(() => run(protocol, ordinary(server), 'DROP TABLE stalled'));

      test('is seen by the open loop, and hidden by the closed one', { timeout: 60_000 }, async () => {
        const locks = await keepLocking(protocol, server);
        const flags = ['--sql', 'SELECT value FROM stalled WHERE id = 1', '--connection-limit', '8', '--json'];
        const lengths = ['--duration', '4s', '--warmup', '500ms'];
        try {
          const opened = documentOf(await probe(url, [...flags, ...lengths, '--tps', '600'])).result.runs[0];
          const closed = documentOf(await probe(url, [...flags, ...lengths, '--concurrency', '8'])).result.runs[0];
          expect(opened?.totalMs.p95).toBeGreaterThan(100);
          expect(closed?.serviceMs.p95).toBeLessThan(25);
          // Both met the lock: of eight workers it stops eight requests a second, however many came meanwhile.
          expect(opened?.serviceMs.max).toBeGreaterThan(100);
          expect(closed?.serviceMs.max).toBeGreaterThan(100);
        } finally {
          await locks.stop();
        }
      });
    });
  });
}

describeWith('postgres', (server) => {
  const url = urlOf({ protocol: 'postgres', server });
  const places = 8;
  const holdMs = 40;

  describe(`a server with ${places} places for work of ${holdMs} ms`, () => {
    beforeAll(() =>
      run(
        'postgres',
        ordinary(server),
        `CREATE FUNCTION take_place() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
          LOOP
            FOR place IN 1..${places} LOOP
              IF pg_try_advisory_xact_lock(place) THEN PERFORM pg_sleep(${holdMs / 1_000}); RETURN; END IF;
            END LOOP;
            PERFORM pg_sleep(0.002);
          END LOOP;
        END $$`,
      ),
    );
    afterAll(() => run('postgres', ordinary(server), 'DROP FUNCTION take_place'));

    test('has its knee there, give or take one of the sizes', { timeout: 60_000 }, async () => {
      const flags = ['--sql', 'SELECT take_place()', '--sizes', '2,4,6,8,12,16', '--quick', '--duration', '16s'];
      const ran = await probe(url, [...flags, '--json']);
      expect(ran).toMatchObject({ exitCode: 0 });
      const { ramp } = documentOf(ran).result;
      expect([6, 8, 12]).toContain(ramp?.knee.connectionLimit);
      // Never more than the places allow, which a busy machine does not reach.
      const most = (places / holdMs) * 1_000;
      expect(ramp?.knee.throughputPerSecond).toBeLessThan(1.05 * most);
      expect(ramp?.knee.throughputPerSecond).toBeGreaterThan(0.6 * most);
    });
  });
});

/** Another session takes the table for itself, again and again, until it is stopped. */
async function keepLocking(protocol: Protocol, server: Server): Promise<{ stop(): Promise<void> }> {
  const session = await open(protocol, ordinary(server));
  const lock =
    protocol === 'postgres'
      ? ['BEGIN', 'LOCK TABLE stalled IN ACCESS EXCLUSIVE MODE', 'SELECT pg_sleep(0.25)', 'COMMIT']
      : ['LOCK TABLES stalled WRITE', 'SELECT SLEEP(0.25)', 'UNLOCK TABLES'];
  let isOver = false;
  const locking = (async () => {
    while (!isOver) {
      for (const sql of lock) await session.rows(sql);
      await sleep(750);
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
