import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { poolctl, root } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { admin, endAll, type Login, open, protocolOf, type Session } from '../helpers/sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-fleet-example-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fleet = (line = '') => poolctl(`fleet ${line}`, { cwd: folder });
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });

/** The steps of docs/fleet.md up to the lock, which ask no server: once is enough. */
describeWith('postgres', () => {
  beforeAll(copyExample);

  test('init finds its servers and services, and asks for the limits', async () => {
    const written = readFileSync(join(folder, 'fleet.yaml'), 'utf8');
    rmSync(join(folder, 'fleet.yaml'));
    const { exitCode } = await poolctl('init', { cwd: folder });
    expect(exitCode).toBe(0);
    const first = readFileSync(join(folder, 'fleet.yaml'), 'utf8');
    for (const server of ['orders', 'catalog', 'orders-test', 'catalog-test'])
      expect(first).toContain(`\n  ${server}.internal:\n`);
    expect((await fleet('--json')).exitCode).toBe(0);
    writeFileSync(join(folder, 'fleet.yaml'), written);
  });

  test('it does not fit, a smaller pool does, and then it is locked and says what changed', async () => {
    git('init', '-q');
    git('add', '-A');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'before');
    const before = await fleet('--json');
    expect(before.exitCode).toBe(1);
    expect(orders(before.stdout)).toMatchObject({ worstMinute: { connections: 96 }, usable: 90, left: -6 });
    expect((await fleet('--lock')).stderr).toContain('fleet.lock.json was not written');

    makeItFit();
    const after = await fleet('--json --lock');
    expect(after.exitCode).toBe(0);
    expect(orders(after.stdout)).toMatchObject({ worstMinute: { connections: 86 }, left: 4 });
    const change = await fleet('--since HEAD --format markdown');
    expect(change.exitCode).toBe(0);
    expect(change.stdout).toContain('production-web');
  });
});

const copyExample = () => cpSync(`${root}docs/examples/fleet`, folder, { recursive: true });

function makeItFit(): void {
  const manifest = join(folder, 'k8s/production.yaml');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('PG_POOL_MAX, value: "10"', 'PG_POOL_MAX, value: "8"'));
}

const orders = (text: string) =>
  JSON.parse(text).result.servers.find(({ name }: { name: string }) => name === 'orders');

/** What each role may open in the worst minute, on servers with the limits of fleet.yaml. */
const worst = {
  postgres: {
    file: 'orders',
    maxConnections: 100,
    culprit: 'web',
    quotas: { web: 42, report: 4 },
    others: { worker: 40, metabase: 3 },
  },
  mariadb: { file: 'catalog', maxConnections: 80, culprit: 'web', quotas: { web: 20, search: 25 }, others: {} },
  mysql: { file: 'catalog', maxConnections: 80, culprit: 'web', quotas: { web: 20, search: 25 }, others: {} },
} as const;

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    const { file, maxConnections, culprit, quotas, others } = worst[engine];
    const protocol = protocolOf[engine];
    const roles = Object.entries({ ...quotas, ...others });
    let server: OwnServer;
    const as = (user: string): Login => ({
      ...{ host: server.host, port: server.port, user, password: 'secret' },
      ...(engine === 'postgres' && { database: server.database }),
    });
    beforeAll(async () => {
      copyExample();
      makeItFit();
      expect((await fleet('--enforce sql --enforce-into enforce')).exitCode).toBe(0);
      server = await startOwn(engine, { max_connections: maxConnections });
      const create = (role: string) =>
        engine === 'postgres'
          ? `CREATE ROLE ${role} LOGIN PASSWORD 'secret';`
          : `CREATE USER ${role}@'%' IDENTIFIED BY 'secret';`;
      await script(roles.map(([role]) => create(role)).join('\n'));
    });
    afterAll(() => server?.stop());

    /** Runs a file as psql or mysql does. */
    async function script(text: string): Promise<void> {
      if (engine === 'postgres') {
        const client = new pg.Client(admin(server));
        await client.connect();
        await client.query(text).finally(() => client.end());
      } else {
        const client = await mysql.createConnection({
          ...admin(server),
          database: server.database,
          multipleStatements: true,
        });
        await client.query(text).finally(() => client.end());
      }
    }

    /** So many logins, a few at a time, and how many of them were refused. */
    async function logIn(user: string, count: number): Promise<{ sessions: Session[]; refused: number }> {
      const sessions: Session[] = [];
      let refused = 0;
      for (let left = count; left > 0; left -= 10) {
        const some = Array.from({ length: Math.min(10, left) }, () => open(protocol, as(user)));
        for (const end of await Promise.allSettled(some)) {
          if (end.status === 'fulfilled') sessions.push(end.value);
          else refused += 1;
        }
      }
      return { sessions, refused };
    }

    test('the written SQL refuses the culprit beyond its quota, and nobody else in the worst minute', async () => {
      await script(readFileSync(join(folder, `enforce/sql/${file}.sql`), 'utf8'));
      const storm = await logIn(culprit, 60);
      const rest = await Promise.all(
        roles.filter(([role]) => role !== culprit).map(([role, connections]) => logIn(role, connections)),
      );
      try {
        // Two at the same instant may both be refused the last place; the next one gets it.
        const more = await logIn(culprit, 1);
        storm.sessions.push(...more.sessions);
        expect(storm.sessions.length).toBe(quotas[culprit]);
        expect(rest.map(({ refused }) => refused)).toEqual(rest.map(() => 0));
      } finally {
        await endAll([storm, ...rest].flatMap(({ sessions }) => sessions));
      }
    });
  });
}
