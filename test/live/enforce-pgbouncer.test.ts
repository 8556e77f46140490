import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enforced, quotaOf } from '../helpers/enforce.ts';
import { describeWith } from '../helpers/live.ts';
import { until } from '../helpers/pools.ts';
import { Cleanup } from '../helpers/servers/cleanup.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startPgbouncer } from '../helpers/servers/pgbouncer.ts';
import {
  admin,
  countSessions,
  endAll,
  type Login,
  open,
  openAll,
  run,
  type Session,
  settled,
} from '../helpers/sessions.ts';

const [culprit, other] = ['enforce_culprit', 'enforce_other'];
const quotas = [
  quotaOf('edge', 4, { kind: 'PgBouncer', pool: 4 }),
  ...[
    { service: 'culprit', role: culprit, quota: 30 },
    { service: 'other', role: other, quota: 10 },
  ].map((one) => ({ ...quotaOf(one.service, one.quota), ...one, server: 'edge', counts: 'pooler clients' as const })),
];
const servers = [{ name: 'edge', counts: 'pooler clients', usable: 60, usableIs: '60' } as const];

describeWith('postgres', (server) => {
  let watcher: Session;

  beforeAll(async () => {
    watcher = await open('postgres', admin(server));
    for (const role of [culprit, other]) await watcher.rows(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  });
  afterAll(async () => {
    for (const role of [culprit, other]) await watcher.rows(`DROP ROLE ${role}`);
    await watcher.end();
  });

  describe.each(['own', 'sid'] as const)('PgBouncer of %s', (release) => {
    const cleanup = new Cleanup();
    let pooler: Server;
    const as = (user: string): Login => ({
      ...{ host: pooler.host, port: pooler.port, database: server.database },
      ...{ user, password: 'secret' },
    });

    beforeAll(async () => {
      const { files } = await enforced('pgbouncer', quotas, servers);
      const text = files['edge.ini'] ?? '';
      // 1.24 and newer take the lines that are comments for the others.
      const include = release === 'sid' ? text.replace(/^; .*From 1.24 on: (.*)\n(\w+) = .*$/gm, '$2 = $1') : text;
      const users = [culprit, other].map((user) => ({ user, password: 'secret' }));
      pooler = await startPgbouncer(server, cleanup, {}, { release, include, users });
    });

    afterAll(async () => {
      await cleanup.run();
      for (const role of [culprit, other]) await settled('postgres', watcher, 0, role);
    });

    test('30 clients of a culprit wait in the queue for its share of the connections; another user is served', async () => {
      const clients = await openAll(30, 'postgres', as(culprit));
      let begun = 0;
      let goOn = () => {};
      const told = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const transactions = clients.map(async (client) => {
        await client.rows('BEGIN');
        begun += 1;
        await told;
        await client.rows('COMMIT');
      });
      const ended = Promise.allSettled(transactions);
      await until(() => begun >= 3);
      const others = await openAll(5, 'postgres', as(other));
      for (const client of others) expect(await client.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(begun).toBe(3);
      expect(await countSessions('postgres', watcher, culprit)).toBe(3);
      expect(await countSessions('postgres', watcher, other)).toBe(1);
      if (release === 'sid') await expect(run('postgres', as(culprit))).rejects.toThrow('client connections exceeded');
      goOn();
      expect((await ended).filter(({ status }) => status === 'rejected')).toEqual([]);
      await endAll([...clients, ...others]);
    });
  });
});
