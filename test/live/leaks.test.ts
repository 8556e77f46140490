import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { poolctl } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { admin, dsn, endAll, open, openAll, ordinary, protocolOf, type Session, settled } from '../helpers/sessions.ts';

// An application that forgets to end its transactions is told so, by its own login.

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    const protocol = protocolOf[engine];
    const isPostgres = protocol === 'postgres';
    let own: OwnServer;
    let leaking: Session[] = [];
    beforeAll(async () => {
      own = await startOwn(engine, isPostgres ? { max_connections: 23 } : { 'max-connections': 20 });
      const app = { ...ordinary(own), application: 'shop' };
      const maker = await open(protocol, app);
      await maker.rows('CREATE TABLE paid (id INT PRIMARY KEY)');
      await maker.end();
      leaking = await openAll(15, protocol, app);
      for (const session of leaking) {
        await session.rows('BEGIN');
        await session.rows('SELECT * FROM paid');
      }
      // An aborted one holds its connection as well.
      if (isPostgres) await leaking[0]?.rows('SELECT 1 / 0').catch(() => {});
      leaking.push(...(await openAll(2, protocol, app)));
    });
    afterAll(async () => {
      await endAll(leaking);
      await own.stop();
    });

    const ask = async (command: string, login = ordinary(own)) => {
      const { stdout } = await poolctl(command, { env: { DATABASE_URL: dsn(protocol, login) } });
      return stdout;
    };
    const warnings = async (login = ordinary(own)): Promise<Record<string, string>> => {
      const answer = JSON.parse(await ask('inspect --json', login)) as {
        warnings: { code: string; message: string }[];
      };
      return Object.fromEntries(answer.warnings.map(({ code, message }) => [code, message]));
    };
    const free = 3;
    const mayNot = 'and this user may not see whether inside a transaction';

    test('inspect warns of it, and calls hidden only what is hidden', async () => {
      // The session that made the table may be leaving still.
      await expect
        .poll(async () => (await warnings())['IDLE_IN_TRANSACTION'])
        .toContain(`${free} of 20 connections are free`);
      const found = await warnings();
      const said = found['IDLE_IN_TRANSACTION'] ?? '';
      if (isPostgres) {
        expect(said).toMatch(/^15 sessions idle inside a transaction, the longest for /);
        expect(said).toContain('"app" (shop) from 127.0.0.1: 14, "app" (shop) from 127.0.0.1: 1');
        expect(said).toContain('without them it would be 18');
        expect(Object.keys(found)).not.toContain('NOT_ALL_SEEN');
      } else {
        expect(said).toContain(`17 of your sessions sleep, ${mayNot}`);
        expect(found['NOT_ALL_SEEN']).toBe('Not visible without a privilege: which sessions idle in a transaction.');
      }
    });

    test('inspect says "of your sessions" where there are others', async () => {
      const boss = await open(protocol, admin(own));
      await settled(protocol, boss, 17);
      const said = (await warnings())['IDLE_IN_TRANSACTION'] ?? '';
      expect(said).toContain(
        isPostgres ? '15 of your sessions idle inside a transaction' : '17 of your sessions sleep',
      );
      if (isPostgres) await boss.rows(`GRANT pg_monitor TO ${own.user}`);
      const all = (await warnings(isPostgres ? ordinary(own) : admin(own)))['IDLE_IN_TRANSACTION'] ?? '';
      expect(all).toMatch(/^15 sessions idle inside a transaction/);
      await boss.end();
    });

    test('doctor warns of it as well', async () => {
      const { result } = JSON.parse(await ask('doctor --json')) as {
        result: { checks: { id: string; status: string; detail: string; fix?: string }[] };
      };
      const check = result.checks.find(({ id }) => id === 'transactions');
      expect(check?.status).toBe('warning');
      expect(check?.detail).toContain(isPostgres ? 'sessions idle inside a transaction' : mayNot);
      expect(check?.detail).toMatch(/"app"(?: \(shop\))? from /);
      expect(check?.fix).toContain('poolctl lint');
    });
  });
}
