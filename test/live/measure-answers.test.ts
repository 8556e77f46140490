import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, inject, test, vi } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { Load } from '../helpers/load.ts';
import { answer, ask, byChance, codes, even, expectNear, refusal, under, ways } from '../helpers/measure.ts';
import { poolctl } from '../helpers/run.ts';
import { startOwn } from '../helpers/servers/own-server.ts';
import { admin, dsn, endAll, open, openAll, ordinary, run } from '../helpers/sessions.ts';

// That the figures are true is in measure.test.ts; this is all else that is answered.

const folder = mkdtempSync(join(tmpdir(), 'poolctl-measure-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** It is about the load that there is; each poolctl that measures meanwhile adds some 20 questions a second. */
function expectLoad(ratePerSecond: number): void {
  expect(ratePerSecond).toBeGreaterThan(100);
  expect(ratePerSecond).toBeLessThan(270);
}

describeWith('postgres', (server) => {
  const url = dsn('postgres', ordinary(server));

  under({ ...byChance, work: 'mixed' }, 'postgres', server, (running) => {
    const file = join(folder, 'postgres.json');

    describe.concurrent('meanwhile', () => {
      test('an ordinary user measures its own application, and a terminal shows how far that is', async () => {
        const { stdout, stderr } = await ask(url, `measure --json --window 3s -o ${file}`, { tty: true });
        expect(stdout).toBe('');
        expect(stderr).toMatch(/\rmeasuring \S+ +[12]\d %, 3 s left/);
        expect(stderr).toMatch(/\rmeasuring \S+ +[89]\d %, 1 s left/);
        const measured = answer(readFileSync(file, 'utf8'));
        expect(ways(measured)).toEqual(['pg_stat_database', 'pg_stat_activity']);
        expectNear(measured.result.heldBy[1]?.value, 12, 0.5);
      });

      test('size --from measures, says so in one plain line, and checks the fleet against that server', async () => {
        const { stdout, stderr } = await ask(url, 'size --from env --window 3s --instances 3 --json');
        expect(stderr).toMatch(/^measuring \S+ …, 3 s left\n$/);
        const { result } = JSON.parse(stdout);
        expect(result.load.scope).toBe('fleet');
        expectLoad(result.load.fleetArrivalRatePerSecond);
        expect(result.budget).toMatchObject({ maxConnections: 100, fits: true });
      });

      test('another database without load is not measured, and the answer names the one that has it', async () => {
        const elsewhere = dsn('postgres', { ...ordinary(server), database: 'postgres' });
        const message = refusal(await ask(elsewhere, 'measure --json --window 2s'));
        // Of poolctl's own questions, some 40, none counts.
        expect(message).toMatch(/^database "postgres" had \d transactions? in [\d.]+ s/);
        expect(message).toMatch(new RegExp(`Others had load: ${server.database} [12]\\d\\d/s`));
      });

      test('Ctrl-C ends the window, and what was seen until then is the answer', async () => {
        const interruption = new AbortController();
        setTimeout(() => interruption.abort(130), 3_500);
        const { exitCode, stdout } = await ask(url, 'measure --json --window 6s', {
          interrupted: interruption.signal,
        });
        expect(exitCode).toBe(130);
        const measured = answer(stdout);
        expect(codes(measured)).toContain('WINDOW_CUT_SHORT');
        expect(measured.result.windowSeconds).toBeLessThan(6);
        expectLoad(measured.result.ratePerSecond.value);
      });

      const pgbouncer = inject('pgbouncer');
      test.skipIf(!pgbouncer?.available)(
        'through PgBouncer, the load is that of the database, and it is said',
        async () => {
          if (!pgbouncer?.available) return;
          const measured = answer(
            (await ask(dsn('postgres', ordinary(pgbouncer)), 'measure --json --window 2s')).stdout,
          );
          expect(codes(measured)).toContain('POOLER_IN_PATH');
          expectLoad(measured.result.ratePerSecond.value);
        },
      );
    });

    describe('size --from a file of measure', () => {
      const size = async (flags: string) => {
        const ran = await poolctl(`size --from ${file} --instances 3 --json ${flags}`);
        return { ...ran, document: JSON.parse(ran.stdout) };
      };

      test('takes the rate as the fleet’s, and the mean', async () => {
        const { result } = answer(readFileSync(file, 'utf8'));
        const { load } = (await size('')).document.result;
        expect(load).toMatchObject({ scope: 'fleet', holdTimeBasis: 'mean' });
        expect(load.fleetArrivalRatePerSecond).toBeCloseTo(result.ratePerSecond.value, 6);
        expect(load.holdTimeMs).toBeCloseTo(result.holdTime.meanMs.value, 6);
      });

      test('with --total-tps, takes the user’s rate', async () => {
        const { load } = (await size('--total-tps 600')).document.result;
        expect(load).toMatchObject({ scope: 'fleet', fleetArrivalRatePerSecond: 600, holdTimeBasis: 'mean' });
      });

      test('with --p95, refuses a second hold time', async () => {
        const { exitCode, document } = await size('--p95 300ms');
        expect(exitCode).toBe(2);
        expect(document.error.code).toBe('INPUT_CONTRADICTION');
      });

      test('refuses one whose two ways to the connections in use contradict each other', async () => {
        const measured = JSON.parse(readFileSync(file, 'utf8'));
        measured.result.heldBy[1].value *= 2;
        const wrong = join(folder, 'wrong.json');
        writeFileSync(wrong, JSON.stringify(measured));
        expect(refusal(await poolctl(`size --from ${wrong} --json`))).toContain('contradicts itself');
      });

      test('with --p95 and a server, refuses before it measures', async () => {
        const { exitCode, stderr } = await ask(url, 'size --from env --window 30s --p95 300ms');
        expect(exitCode).toBe(2);
        expect(stderr).not.toContain('measuring');
      });
    });

    test('beside sessions that the user may not look into, counters alone answer, and the grant is named', async () => {
      const others = await openAll(4, 'postgres', admin(server));
      const measured = answer((await ask(url, 'measure --json --window 2s')).stdout);
      await endAll(others);
      expect(ways(measured)).toEqual(['pg_stat_database']);
      expect(measured.result.notes.join()).toContain('GRANT pg_monitor');
    });

    test('one such session among many only makes the interval wider', async () => {
      const others = await openAll(1, 'postgres', admin(server));
      const measured = answer((await ask(url, 'measure --json --window 2s')).stdout);
      await endAll(others);
      expect(ways(measured)).toEqual(['pg_stat_database', 'pg_stat_activity']);
      const { value = 0, high = 0 } = measured.result.heldBy[1] ?? {};
      expect(high - value).toBeGreaterThan(1);
      expect(measured.result.holdTime.p95Ms).toBeDefined();
    });

    test('counters that are reset in the window are no measurement', async () => {
      const measuring = ask(running.watcher.url, 'measure --json --window 4s');
      await sleep(2_000);
      await run('postgres', admin(server), 'SELECT pg_stat_reset()');
      expect(refusal(await measuring)).toContain('reset');
    });
  });

  under({ ...byChance, work: 'tableless' }, 'postgres', server, () => {
    test('that no counter shows in time, the statements of pg_stat_statements are the requests', async () => {
      const measured = answer((await ask(url, 'measure --json --window 3s')).stdout);
      expect(measured.result.unit).toBe('statement');
      expectNear(measured.result.ratePerSecond.value, 150, 0.25);
      expectNear(measured.result.heldConnections.value, 12, 0.5);
    });

    test('without them, counters that do not show the load are no measurement, or said to be doubtful', async () => {
      await run('postgres', admin(server), 'DROP EXTENSION pg_stat_statements');
      try {
        const ran = await ask(url, 'measure --json --window 2s');
        // What old rests come in such a short window makes it unsteady, where it is not refused.
        if (ran.exitCode === 0) expect(codes(answer(ran.stdout)).join()).toMatch(/MEASUREMENTS_DISAGREE|LOAD_UNSTEADY/);
        else expect(refusal(ran)).toMatch(/sessions were busy all the while.* touch no table/);
      } finally {
        await run('postgres', admin(server), 'CREATE EXTENSION pg_stat_statements');
      }
    });
  });

  describe('that dies in the middle of the window', () => {
    test('what was seen until then is the answer, with what went wrong, and exit code 3', async () => {
      const own = await startOwn('postgres');
      try {
        const load = await Load.start('postgres', own, byChance);
        const measuring = ask(dsn('postgres', ordinary(own)), 'measure --json --window 6s');
        const watcher = await open('postgres', admin(own));
        const isThere = "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'poolctl%'";
        await vi.waitFor(async () => expect(await watcher.rows(isThere)).toHaveLength(1), { timeout: 20_000 });
        await watcher.end();
        await sleep(4_300); // Three readings of the counters.
        own.signal('SIGQUIT');
        const { exitCode, stdout } = await measuring;
        await load.halt();
        const measured = answer(stdout);
        expect(exitCode).toBe(3);
        expect(codes(measured)).toContain('WINDOW_CUT_SHORT');
        expect(measured.result.windowSeconds).toBeLessThan(6);
        expectLoad(measured.result.ratePerSecond.value);
      } finally {
        await own.stop();
      }
    });
  });
});

describeWith('postgres13', (server) => {
  under(even, 'postgres', server, () => {
    test('beside sessions that the user may not look into, nothing is measured, and the grant is named', async () => {
      const others = await openAll(4, 'postgres', admin(server));
      const ran = await ask(dsn('postgres', ordinary(server)), 'measure --json --window 2s');
      await endAll(others);
      expect(refusal(ran)).toMatch(/Not seen: what 4 sessions of other users did; GRANT pg_monitor/);
    });
  });
});

describeWith('mysql', (server) => {
  const url = dsn('mysql', ordinary(server));

  under(byChance, 'mysql', server, (running) => {
    const file = join(folder, 'mysql.json');

    describe.concurrent('meanwhile', () => {
      test('an ordinary user measures by its own sessions, and what would show more is named', async () => {
        const measured = answer((await ask(url, 'measure --json --window 2s')).stdout);
        expect(ways(measured)).toEqual(['PROCESSLIST']);
        expectNear(measured.result.heldConnections.value, 12, 0.5);
        expect(measured.result.notes.join()).toContain('GRANT SELECT ON performance_schema.*');
      });

      test('size --from takes the histogram of hold times', async () => {
        await ask(running.watcher.url, `measure --json --window 2s -o ${file}`);
        const { result } = JSON.parse((await poolctl(`size --from ${file} --json`)).stdout);
        expect(result.load).toMatchObject({ scope: 'fleet', holdTimeBasis: 'measured' });
        expectNear(result.load.holdTimeMs, 80, 0.3);
      });
    });

    test('counters that are reset in the window are no measurement', async () => {
      const measuring = ask(running.watcher.url, 'measure --json --window 3s');
      await sleep(1_500);
      const table = 'performance_schema.events_statements_summary_global_by_event_name';
      await run('mysql', admin(server), `TRUNCATE TABLE ${table}`);
      expect(refusal(await measuring)).toContain('reset');
    });
  });
});

describeWith('mariadb', (server) => {
  const url = dsn('mysql', ordinary(server));

  under(even, 'mysql', server, () => {
    test('an ordinary user measures by its own sessions', async () => {
      const measured = answer((await ask(url, 'measure --json --window 2s')).stdout);
      expect(ways(measured)).toEqual(['PROCESSLIST']);
      expectNear(measured.result.heldConnections.value, 12, 0.5);
    });
  });

  under({ ...even, work: 'transaction' }, 'mysql', server, () => {
    test('an ordinary user does not see who idles in a transaction, and is told what would show it', async () => {
      expect(refusal(await ask(url, 'measure --json --window 2s'))).toMatch(/idle in a transaction; GRANT PROCESS/);
    });
  });
});
