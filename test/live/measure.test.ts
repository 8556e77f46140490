import { expect, test } from 'vitest';
import { openServer } from '../../src/engines/open.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import { describeWith } from '../helpers/live.ts';
import type { Load, Truth } from '../helpers/load.ts';
import { type Answer, answer, ask, byChance, codes, even, expectNear, under, ways } from '../helpers/measure.ts';
import { protocolOf } from '../helpers/sessions.ts';

/** Measures a known load, and says what was true meanwhile: the window ends with poolctl, all but its goodbye. */
async function compare(load: Load, url: string, window: string): Promise<{ measured: Answer; truth: Truth }> {
  const { stdout } = await ask(url, `measure --json --window ${window}`);
  const to = performance.now() - 20;
  const measured = answer(stdout);
  return { measured, truth: load.truth(to - measured.result.windowSeconds * 1_000, to) };
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
  under({ ...byChance, work: 'mixed' }, 'postgres', server, (running) => {
    test(`with pg_monitor, ${isTrue}`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '8s');
      expectTrue(measured, truth);
      expect(measured.result).toMatchObject({ unit: 'transaction', scope: `database "${server.database}"` });
      expect(ways(measured)).toEqual(['pg_stat_database', 'pg_stat_activity']);
      expect(codes(measured)).toEqual(['WINDOW_SHORT']);
      expectNear(measured.result.holdTime.p95Ms?.value, truth.p95Ms, 0.2);
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
  });
});

describeWith('mysql', (server) => {
  under(byChance, 'mysql', server, (running) => {
    test(`with performance_schema, ${isTrue}, as does the bucket of the p95`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '5s');
      expectTrue(measured, truth);
      expect(measured.result).toMatchObject({ unit: 'statement', scope: 'the whole server' });
      expect(ways(measured)).toEqual(['events_statements_summary', 'threads, events_transactions_current']);
      const { low = 0, high = 0 } = measured.result.holdTime.p95Ms ?? {};
      expect(truth.p95Ms).toBeGreaterThan(low - (high - low));
      expect(truth.p95Ms).toBeLessThan(high + (high - low));
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
  under(even, 'mysql', server, (running) => {
    test(`with PROCESS, ${isTrue}`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '6s');
      expectTrue(measured, truth);
      expect(measured.result).toMatchObject({ unit: 'statement', scope: 'the whole server' });
      expect(ways(measured)).toEqual(['PROCESSLIST, INNODB_TRX']);
      expect(measured.result.notes.join()).toContain('performance_schema is off');
    });
  });

  under({ ...even, work: 'transaction' }, 'mysql', server, (running) => {
    test(`with the time that a transaction idles, ${isTrue}`, async () => {
      const { measured, truth } = await compare(running.load, running.watcher.url, '6s');
      expectTrue(measured, truth);
      expect(measured.result.unit).toBe('between');
      expect(ways(measured)).toEqual(['PROCESSLIST, INNODB_TRX']);
    });
  });
});
