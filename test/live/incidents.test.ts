import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Application, type Incident, play, type Seen, scrapeSeconds } from '../helpers/incident.ts';
import { describeWith } from '../helpers/live.ts';
import { promtool } from '../helpers/promtool.ts';
import { poolctl } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { admin, endAll, open, openAll, ordinary, protocolOf } from '../helpers/sessions.ts';

/** Usable by the application: 27, one of them watch's. */
const settings = { postgres: { max_connections: 30 }, mariadb: { max_connections: 27 } };

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, () => {
    const protocol = protocolOf[engine];
    let server: OwnServer;
    beforeAll(async () => {
      server = await startOwn(engine, settings[engine]);
      const boss = await open(protocol, admin(server));
      await boss.rows('create table poolctl_incident (id int)');
      await boss.rows('insert into poolctl_incident values (1)');
      if (protocol === 'postgres') await boss.rows('grant select on poolctl_incident to public');
      await boss.end();
    });
    afterAll(() => server?.stop());

    const incident = (ms: number, act: Incident['act']) => play({ protocol, server, ms, act });
    const read = protocol === 'postgres' ? 'select 1' : 'select id from poolctl_incident';

    describe('what watch, the rules and recommend say', () => {
      test('a leak: of open transactions, a full pool, and not to raise it', async () => {
        const seen = await incident(10_000, async ({ pool, limit }) => {
          for (let lost = 0; lost < limit; lost += 1) {
            const taken = await pool.take().catch(() => undefined);
            await taken?.query(protocol === 'postgres' ? 'begin' : 'start transaction');
            await taken?.query(read);
            await sleep(350);
          }
        });
        expect(seen.alarms).toEqual(['idle-tx warn']);
        expect(await firing(seen)).toEqual([
          'DatabaseIdleInTransaction',
          'DatabasePoolNearlyFull',
          'DatabasePoolRequestsWait',
          ...(protocol === 'postgres' ? ['DatabasePoolTimeouts'] : []), // mysql2 waits without a limit.
          'DatabaseTransactionOpenLong',
        ]);
        expect(seen.recommend()).toMatchObject({ decision: 'keep', cause: { cause: 'leak' } });
      });

      test('a burst: nothing', async () => {
        const seen = await incident(5_000, async ({ request }) => {
          await Promise.allSettled(Array.from({ length: 24 }, request));
        });
        expect(seen.alarms).toEqual([]);
        expect(await firing(seen)).toEqual([]);
        expect(seen.recommend().changes.map(({ change }) => change)).not.toContain('raise');
      });

      test('a roll-out that the server has no room for', async () => {
        const seen = await incident(6_000, rollOut);
        expect(seen.alarms).toContain('saturation crit');
        expect(await firing(seen)).toEqual(['DatabaseServerNearlyFull']);
        const { budget } = seen.recommend({ fleet: { instances: 3 }, server: { maxConnections: 27 } });
        expect(budget).toMatchObject({ fits: false, availableConnections: 27 });
      });

      test('a server that is frozen: down, and the pool is not what is wrong', async () => {
        const seen = await incident(6_000, async () => {
          server.signal('SIGSTOP');
          await sleep(3_000);
          server.signal('SIGCONT');
        });
        expect(seen.alarms).toContain('unreachable crit');
        expect(await firing(seen)).toContain('DatabaseTargetDown');
        expect(seen.recommend().decision).not.toBe('lower');
      });
    });

    /** New instances open their pools while the old ones still have theirs. */
    async function rollOut({ limit }: Application) {
      const sessions = await openAll(limit, protocol, ordinary(server));
      for (let more = limit; more < 26 - limit; more += 1) sessions.push(await open(protocol, ordinary(server)));
      await sleep(4_000);
      await endAll(sessions);
    }
  });
}

/** Alerts that fire at some time when Prometheus scrapes what was seen. */
async function firing(seen: Seen): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-incident-'));
  try {
    const { stdout, exitCode } = await poolctl('rules --for poolctl-watch,poolctl-monitor --alarm idle-tx=90s');
    expect(exitCode).toBe(0);
    writeFileSync(join(folder, 'rules.yml'), stdout);
    const interval = `${scrapeSeconds}s`;
    const test = {
      interval,
      input_series: seen.series,
      promql_expr_test: [
        {
          expr: 'group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[6h]))',
          eval_time: `${seen.samples * scrapeSeconds}s`,
          exp_samples: [{ labels: '{alertname="none"}', value: 1 }],
        },
      ],
    };
    const file = stringify({ rule_files: ['rules.yml'], evaluation_interval: interval, tests: [test] });
    writeFileSync(join(folder, 'tests.yml'), file);
    const ran = await promtool(['test', 'rules', 'tests.yml'], { cwd: folder });
    // It fails, and says what it got.
    const got = /got:(.*)$/s.exec(`${ran.stdout}${ran.stderr}`)?.[1];
    expect(got, `${ran.stdout}${ran.stderr}`).toBeDefined();
    return [...(got ?? '').matchAll(/alertname="(\w+)"/g)].map(([, name = '']) => name).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
