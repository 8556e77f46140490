import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openServer } from '../../src/engines/open.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import type { Measurement } from '../../src/measure/result.ts';
import { describeWith } from '../helpers/live.ts';
import { createWatcher, Load, type LoadPlan, type Truth, type Watcher } from '../helpers/load.ts';
import { poolctl, type Ran, type Surroundings } from '../helpers/run.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startOwn } from '../helpers/servers/own-server.ts';
import { admin, dsn, endAll, openAll, ordinary, type Protocol, protocolOf, run } from '../helpers/sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-measure-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Requests by chance, with holds that differ a lot: what counters must get right. */
const byChance: LoadPlan = {
  ratePerSecond: 150,
  arrivals: 'poisson',
  hold: { kind: 'exponential', meanMs: 80 },
  work: 'statement',
  seed: 1,
};
/** About as many connections in use at every moment, so that a few samples have nearly the mean of many. */
const even: LoadPlan = { ...byChance, arrivals: 'paced', hold: { kind: 'lognormal', meanMs: 80, sigma: 0.3 } };

interface Answer {
  readonly schema: string;
  readonly result: Measurement;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

const ask = (url: string, line: string, surroundings: Surroundings = {}) =>
  poolctl(line, { ...surroundings, env: { DATABASE_URL: url } });

/** What `measure --json` has answered. An error's document is no answer. */
function answer(json: string): Answer {
  const document: Answer = JSON.parse(json);
  expect(document.schema, json).toBe('poolctl.measure/1');
  return document;
}

const codes = ({ warnings }: Answer) => warnings.map(({ code }) => code);
const ways = ({ result }: Answer) => result.heldBy.map(({ source }) => source);

/** Says of a run that nothing was measured, and why. */
function refusal({ exitCode, stdout }: Ran): string {
  const { error } = JSON.parse(stdout);
  expect([exitCode, error?.code], stdout).toEqual([3, 'NOT_MEASURED']);
  return error.message;
}

/** Measures a known load, and says what was true meanwhile: the window ends with poolctl, all but its goodbye. */
async function compare(load: Load, url: string, window: string): Promise<{ measured: Answer; truth: Truth }> {
  const { stdout } = await ask(url, `measure --json --window ${window}`);
  const to = performance.now() - 20;
  const measured = answer(stdout);
  return { measured, truth: load.truth(to - measured.result.windowSeconds * 1_000, to) };
}

function expectNear(value: number | undefined, truth: number, ratio: number): void {
  expect(value).toBeGreaterThan(truth * (1 - ratio));
  expect(value).toBeLessThan(truth * (1 + ratio));
}

/** It is about the load that there is; each poolctl that measures meanwhile adds some 20 questions a second. */
function expectLoad(ratePerSecond: number): void {
  expect(ratePerSecond).toBeGreaterThan(100);
  expect(ratePerSecond).toBeLessThan(270);
}

/** The bounds are those of some seconds in CI; `node test/bench/measure.mjs` shows what a minute gives. */
function expectTrue({ result }: Answer, truth: Truth): void {
  const { ratePerSecond: rate, heldBy, holdTime } = result;
  expectNear(rate.value, truth.ratePerSecond, 0.06);
  // Within a hundredth: one request more or less at the edges of the window is beyond the interval of a steady rhythm.
  expect(truth.ratePerSecond).toBeGreaterThan(rate.low * 0.99);
  expect(truth.ratePerSecond).toBeLessThan(rate.high * 1.01);
  for (const { value, low, high, isSampled } of heldBy) {
    expectNear(value, truth.held, 0.1);
    // By chance one sampled interval of 20 misses the truth, but hardly one that is twice as wide.
    const stretched = isSampled ? 2 : 1;
    expect(truth.held).toBeGreaterThan(value - (value - low) * stretched);
    expect(truth.held).toBeLessThan(value + (high - value) * stretched);
  }
  expect(result.heldConnections).toEqual(heldBy[0]);
  expect(result.agrees).toBe(true);
  expectNear(holdTime.meanMs.value, truth.meanMs, 0.1);
}

const isTrue = 'the rate is right within 6 %, connections in use within 10 %, and the intervals hold the truth';

const loads = {
  statement: 'statements',
  transaction: 'transactions',
  mixed: 'statements and transactions',
  tableless: 'statements that touch no table',
} as const;

/**
 * Runs a suite while there is that load, with a user who may look at all of it. Only where the server was started for
 * it: another may have load and settings of its own, and counters that somebody needs.
 */
function under(
  plan: LoadPlan,
  protocol: Protocol,
  server: Server,
  suite: (running: { readonly load: Load; readonly watcher: Watcher }) => void,
): void {
  describe.runIf(server.startedHere)(`under a load of ${loads[plan.work]}`, () => {
    const running = {} as { load: Load; watcher: Watcher };
    beforeAll(async () => {
      running.watcher = await createWatcher(protocol, server);
      running.load = await Load.start(protocol, server, plan);
    });
    afterAll(async () => {
      await running.load.stop();
      await running.watcher.drop();
    });
    suite(running);
  });
}

for (const engine of ['postgres', 'mysql', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    test.runIf(server.startedHere)('what poolctl itself asks does not count', async () => {
      const protocol = protocolOf[engine];
      const { host, port, database, adminUser: user, adminPassword: password } = server;
      const login = { host, port, database, user, password };
      const target = new ConnectionTarget({ protocol, ...login, tls: { mode: 'disable' } });
      const { session, meter } = await openServer(target, {
        timeoutMs: 5_000,
        signal: new AbortController().signal,
      });
      try {
        const { reading, sample } = await meter();
        const first = await reading();
        for (let number = 0; number < 40; number += 1) await sample();
        const last = await reading();
        const grown = (key: 'transactions' | 'transactionMs' | 'statements' | 'statementMs') =>
          Math.abs((last[key] ?? 0) - (first[key] ?? 0));
        expect(Math.max(grown('transactions'), grown('statements'))).toBeLessThanOrEqual(2);
        expect(Math.max(grown('transactionMs'), grown('statementMs'))).toBeLessThan(20);
        expect([first.connected, last.connected]).toEqual([0, 0]);
      } finally {
        await session.close();
      }
    });
  });
}

describeWith('postgres', (server) => {
  const url = dsn('postgres', ordinary(server));

  under({ ...byChance, work: 'mixed' }, 'postgres', server, (running) => {
    const file = join(folder, 'postgres.json');

    test(`with pg_monitor, ${isTrue}`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '8s');
      expectTrue(measured, truth);
      expect(measured.result).toMatchObject({ unit: 'transaction', scope: `database "${server.database}"` });
      expect(ways(measured)).toEqual(['pg_stat_database', 'pg_stat_activity']);
      expect(codes(measured)).toEqual(['WINDOW_SHORT']);
      expectNear(measured.result.holdTime.p95Ms?.value, truth.p95Ms, 0.2);
    });

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
        expect(measured.result.windowSeconds).toBeLessThan(3.6);
        expectLoad(measured.result.ratePerSecond.value);
      });

      const pgbouncer = inject('pgbouncer');
      test.skipIf(!pgbouncer.available)(
        'through PgBouncer, the load is that of the database, and it is said',
        async () => {
          if (!pgbouncer.available) return;
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
        const start = performance.now();
        const { exitCode } = await ask(url, 'size --from env --window 30s --p95 300ms');
        expect(exitCode).toBe(2);
        expect(performance.now() - start).toBeLessThan(2_000);
      });
    });

    test('beside sessions that the user may not look into, counters alone answer, and the grant is named', async () => {
      const others = await openAll(1, 'postgres', admin(server));
      const measured = answer((await ask(url, 'measure --json --window 2s')).stdout);
      await endAll(others);
      expect(ways(measured)).toEqual(['pg_stat_database']);
      expect(measured.result.notes.join()).toContain('GRANT pg_monitor');
    });

    test('counters that are reset in the window are no measurement', async () => {
      const measuring = ask(running.watcher.url, 'measure --json --window 2s');
      await sleep(1_300);
      await run('postgres', admin(server), 'SELECT pg_stat_reset()');
      expect(refusal(await measuring)).toContain('reset');
    });
  });

  under({ ...byChance, work: 'tableless' }, 'postgres', server, () => {
    test('counters that do not show the load are no measurement, or contradict the samples', async () => {
      const ran = await ask(url, 'measure --json --window 2s');
      if (ran.exitCode === 0) expect(codes(answer(ran.stdout))).toContain('MEASUREMENTS_DISAGREE');
      else expect(refusal(ran)).toMatch(/sessions were busy all the while.* touch no table/);
    });

    test('there is nothing to size by', async () => {
      refusal(await ask(url, 'size --from env --window 2s --json'));
    });
  });

  describe('that dies in the middle of the window', () => {
    test('what was seen until then is the answer, with what went wrong, and exit code 3', async () => {
      const own = await startOwn('postgres');
      try {
        const load = await Load.start('postgres', own, byChance);
        const measuring = ask(dsn('postgres', ordinary(own)), 'measure --json --window 4s');
        await sleep(3_200);
        own.signal('SIGQUIT');
        const { exitCode, stdout } = await measuring;
        await load.halt();
        const measured = answer(stdout);
        expect(exitCode).toBe(3);
        expect(codes(measured)).toContain('WINDOW_CUT_SHORT');
        expect(measured.result.windowSeconds).toBeLessThan(3.3);
        expectLoad(measured.result.ratePerSecond.value);
      } finally {
        await own.stop();
      }
    });
  });
});

describeWith('postgres13', (server) => {
  under(even, 'postgres', server, (running) => {
    test(`with pg_monitor and by samples alone, which it says, ${isTrue}`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '7s');
      expectTrue(measured, truth);
      expect(ways(measured)).toEqual(['pg_stat_activity']);
      expect(measured.result.notes.join()).toContain('before 14 does not count how long sessions are active');
    });

    test('beside sessions that the user may not look into, nothing is measured, and the grant is named', async () => {
      const others = await openAll(1, 'postgres', admin(server));
      const ran = await ask(dsn('postgres', ordinary(server)), 'measure --json --window 2s');
      await endAll(others);
      expect(refusal(ran)).toMatch(/Not seen: what 1 session of other users did; GRANT pg_monitor/);
    });
  });
});

describeWith('mysql', (server) => {
  const url = dsn('mysql', ordinary(server));

  under(byChance, 'mysql', server, (running) => {
    const file = join(folder, 'mysql.json');

    test(`with performance_schema, ${isTrue}, as does the bucket of the p95`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '5s');
      expectTrue(measured, truth);
      expect(measured.result).toMatchObject({ unit: 'statement', scope: 'the whole server' });
      expect(ways(measured)).toEqual(['events_statements_summary', 'threads, events_transactions_current']);
      const { low = 0, high = 0 } = measured.result.holdTime.p95Ms ?? {};
      expect(truth.p95Ms).toBeGreaterThan(low - (high - low));
      expect(truth.p95Ms).toBeLessThan(high + (high - low));
    });

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
      const measuring = ask(running.watcher.url, 'measure --json --window 2s');
      await sleep(800);
      const table = 'performance_schema.events_statements_summary_global_by_event_name';
      await run('mysql', admin(server), `TRUNCATE TABLE ${table}`);
      expect(refusal(await measuring)).toContain('reset');
    });
  });

  under({ ...byChance, work: 'transaction' }, 'mysql', server, (running) => {
    test(`with the time that a transaction idles, ${isTrue}`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '4s');
      expectTrue(measured, truth);
      expect(measured.result.unit).toBe('transaction');
      expect(ways(measured)).toEqual(['events_transactions_summary', 'threads, events_transactions_current']);
    });
  });
});

describeWith('mariadb', (server) => {
  const url = dsn('mysql', ordinary(server));

  under(even, 'mysql', server, (running) => {
    test(`with PROCESS, ${isTrue}`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '6s');
      expectTrue(measured, truth);
      expect(measured.result).toMatchObject({ unit: 'statement', scope: 'the whole server' });
      expect(ways(measured)).toEqual(['PROCESSLIST, INNODB_TRX']);
      expect(measured.result.notes.join()).toContain('performance_schema is off');
    });

    test('an ordinary user measures by its own sessions', async () => {
      const measured = answer((await ask(url, 'measure --json --window 2s')).stdout);
      expect(ways(measured)).toEqual(['PROCESSLIST']);
      expectNear(measured.result.heldConnections.value, 12, 0.5);
    });
  });

  under({ ...even, work: 'transaction' }, 'mysql', server, (running) => {
    test(`with the time that a transaction idles, ${isTrue}`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '6s');
      expectTrue(measured, truth);
      expect(measured.result.unit).toBe('between');
      expect(ways(measured)).toEqual(['PROCESSLIST, INNODB_TRX']);
    });

    test('an ordinary user does not see who idles in a transaction, and is told what would show it', async () => {
      expect(refusal(await ask(url, 'measure --json --window 2s'))).toMatch(/idle in a transaction; GRANT PROCESS/);
    });
  });
});
