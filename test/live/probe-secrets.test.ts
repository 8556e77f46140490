import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { escape as quoteMysql } from 'mysql2';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import { loaded, type Place, probe, spawnProbe, steady, urlOf } from '../helpers/probe.ts';
import { poolctl, type Ran } from '../helpers/run.ts';
import { admin, open, protocolOf, run, type Session, settled } from '../helpers/sessions.ts';

/** Odd characters stand between the marks, so that no part of it gets out unseen. */
const canary = `Zq1@Zq2:Zq3/Zq4?Zq5#Zq6%Zq7&Zq8+Zq9 Zq10'Zq11"Zq12$Zq13;Zq14,Zq15üZq16漢Zq17\\Zq18<Zq19>`;
const mark = 'Zq';
const user = 'probesecret';

function expectNoMark({ stdout, stderr }: Pick<Ran, 'stdout' | 'stderr'>): void {
  expectNoMarkIn(stdout + stderr);
}

/** Histograms are in base64, in which anything may stand by chance, but no odd character. */
function expectNoMarkIn(text: string): void {
  expect(text).not.toBe('');
  expect(text.replace(/[\w+/=]{40,}/g, '')).not.toContain(mark);
}

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    describe.runIf(server.startedHere)('a password is in nothing that probe writes', () => {
      const protocol = protocolOf[engine];
      const name = protocol === 'postgres' ? user : `${user}@'%'`;
      const short = ['--duration', '1200ms', '--warmup', '100ms'] as const;
      const endless = ['--duration', '30s', '--warmup', '50ms', '--timeout', '1s'] as const;
      let place: Place;
      let watcher: Session;
      let folder = '';
      const file = (of: string) => join(folder, of);

      beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), 'poolctl-secrets-'));
        watcher = await open(protocol, admin(server));
        place = { protocol, server: { ...server, user, password: canary }, watcher };
        const statements =
          protocol === 'postgres'
            ? [`CREATE ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(canary)}`]
            : [
                `CREATE USER ${name} IDENTIFIED BY ${quoteMysql(canary)}`,
                `GRANT ALL ON ${server.database}.* TO ${name}`,
              ];
        await run(protocol, admin(server), ...statements);
      });
      afterAll(async () => {
        await settled(protocol, watcher, 0, user);
        await watcher.rows(`DROP ${protocol === 'postgres' ? 'ROLE' : 'USER'} ${name}`);
        await watcher.end();
        rmSync(folder, { recursive: true, force: true });
      });

      test('as a result: not in tables, documents, files or progress', async () => {
        // A ramp takes longer, and finds what --emit writes.
        const ramp = ['--sizes', '1,2', '--quick', '--duration', '8s'];
        const flags = [
          '--hold',
          '10ms',
          '--tps',
          '20',
          ...(engine === 'postgres' ? ramp : [...short, '--connection-limit', '2']),
        ];
        const files = ['--save', file('run.json'), '--hgrm', file('run.hgrm'), '-o', file('run.html')];
        const emit = protocol === 'postgres' ? 'pg' : 'mysql2';
        const ran = await probe(urlOf(place), [...flags, ...files, '--emit', emit]);
        expect([ran.exitCode, ran.stderr]).toEqual([0, expect.stringContaining('cleaning up')]);
        expectNoMark(ran);
        for (const format of ['table', 'json', 'markdown', 'html']) {
          const shown = await poolctl(['report', file('run.json'), '--format', format]);
          expect(shown.exitCode).toBe(0);
          expectNoMark(shown);
        }
        expect(readdirSync(folder).sort()).toEqual(['run.hgrm', 'run.html', 'run.json']);
        for (const written of readdirSync(folder)) {
          expectNoMarkIn(readFileSync(file(written), 'utf8'));
        }
        const planned = await probe(urlOf(place), [...flags, '--dry-run', '--json']);
        expectNoMark(planned);
      });

      test.each<{ what: string; change?: { password?: string; port?: number; database?: string }; flags?: string[] }>([
        { what: 'a wrong password', change: { password: `${canary}x` } },
        { what: 'a port where nothing listens', change: { port: 1 } },
        { what: 'an unknown database', change: { database: `no${mark.toLowerCase()}where` } },
        { what: 'a statement that fails', flags: ['--sql', 'SELECT nothing FROM nowhere'] },
        { what: 'a refusal of the guard', flags: ['--hold', '10ms', '--connection-limit', '1000', '--tps', '1'] },
        { what: 'a file that cannot be written', flags: ['--hold', '10ms', '-o', '/nowhere/x'] },
        { what: 'a flag that is not known', flags: ['--nonsense'] },
      ])('as an error: $what', async ({ change = {}, flags = ['--hold', '10ms'] }) => {
        const url = urlOf(place, change);
        for (const args of [
          ['probe', ...flags, ...short],
          ['probe', url, ...flags, ...short, '--json'],
        ]) {
          const ran = await poolctl(args, { env: { DATABASE_URL: url } });
          expect(ran.exitCode).toBeGreaterThanOrEqual(2);
          expect(ran.exitCode).toBeLessThanOrEqual(3);
          expectNoMark(ran);
        }
      });

      // A hole takes long, and one engine shows it.
      test.each(engine === 'postgres' ? (['reset', 'hole'] as const) : (['reset'] as const))(
        'as what is left of a load after a %s',
        async (fault) => {
          const proxy = await FaultProxy.start(server.host, server.port);
          try {
            const url = urlOf(place, { port: proxy.port });
            const probing = probe(url, [...steady, ...endless, '--save', file('left.json')]);
            await loaded(place, 4);
            await sleep(500);
            proxy.switchTo(fault);
            const ran = await probing;
            expect(ran.exitCode).toBe(3);
            expectNoMark(ran);
            expectNoMarkIn(readFileSync(file('left.json'), 'utf8'));
          } finally {
            await proxy.close();
          }
        },
      );

      test.runIf(process.platform === 'linux')(
        'and others see it neither in the list of processes nor on the server',
        async () => {
          const flags = [...steady.slice(2), '--hold', '50ms', '--duration', '30s', '--threads', '2'];
          const child = spawnProbe([urlOf(place), ...flags]);
          try {
            await loaded(place, 4);
            const processes = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
            const own = processes.split('\n').filter((line) => line.trim().startsWith(`${child.pid} `));
            expect(own.join()).toContain('poolctl');
            expect(own.join()).not.toContain(mark);
            expect(own.join()).not.toContain(encodeURIComponent(canary).slice(0, 12));
            const shown =
              protocol === 'postgres'
                ? `SELECT * FROM pg_stat_activity WHERE usename = '${user}'`
                : `SELECT * FROM information_schema.PROCESSLIST WHERE USER = '${user}'`;
            const sessions = JSON.stringify(await watcher.rows(shown));
            expect(sessions).toContain(user);
            if (protocol === 'postgres') expect(sessions).toMatch(/"poolctl-probe\/[0-9a-f]{8}"/);
            expect(sessions).not.toContain(mark);
          } finally {
            child.kill('SIGINT');
          }
          expectNoMark(await child.ended);
        },
      );
    });
  });
}
