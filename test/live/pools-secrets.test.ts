import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { LateSecret } from '../../src/pools/credentials/late-secret.ts';
import type { PoolDefinition } from '../../src/pools/definition.ts';
import { logPools } from '../../src/pools/log/log-pools.ts';
import { poolStatusHandler } from '../../src/pools/status-handler.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import { definitionOf, Managers, poolEngines, sleepSql } from '../helpers/pools.ts';
import { admin, open, ordinary, protocolOf, run, type Session } from '../helpers/sessions.ts';

const canary = 'Canary-7f3a9c';

for (const engine of poolEngines) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const isPostgres = protocol === 'postgres';
    const user = 'poolctl_rotated';
    const managers = new Managers();
    let watcher: Session;

    const setPassword = (password: string) =>
      run(
        protocol,
        admin(server),
        isPostgres ? `ALTER ROLE ${user} PASSWORD '${password}'` : `ALTER USER ${user} IDENTIFIED BY '${password}'`,
      );

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      const create = isPostgres
        ? [`CREATE ROLE ${user} LOGIN PASSWORD '${canary}'`]
        : [`CREATE USER ${user} IDENTIFIED BY '${canary}'`, `GRANT ALL ON ${server.database}.* TO ${user}`];
      await run(protocol, admin(server), ...create);
    });
    beforeEach(() => setPassword(canary));
    afterEach(() => managers.closeAll());
    afterAll(async () => {
      await run(protocol, admin(server), isPostgres ? `DROP ROLE ${user}` : `DROP USER ${user}`);
      await watcher.end();
    });

    const login = { ...ordinary(server), user, password: '' };
    const definition = (secret: PoolDefinition['secret'], wishes: Partial<PoolDefinition> = {}) => {
      const { secret: _, ...rest } = definitionOf(engine, login, wishes);
      return secret ? { ...rest, secret } : rest;
    };

    test('without a secret the server refuses the login', async () => {
      const pools = managers.create();
      pools.register('a', definition(undefined));
      await expect(pools.acquire('a')).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED', kind: 'auth' });
    });

    test('a password that is changed under load costs no request', async () => {
      let password = canary;
      const secret = new LateSecret(async () => password);
      const pools = managers.create({ sweepMs: 20 });
      pools.register('a', definition(secret, { max: 4, lifetimeMs: 100 }));
      const opened: unknown[] = [];
      pools.on('connection.opened', (event) => opened.push(event));
      const state = { isOver: false, served: 0 };
      const working = Array.from({ length: 4 }, async () => {
        while (!state.isOver) {
          await pools.executeQuery('a', 'SELECT 1');
          state.served++;
          await sleep(1);
        }
      });
      for (const next of ['second-7f3a9c', 'third-7f3a9c']) {
        const before = opened.length;
        await vi.waitFor(() => expect(opened.length).toBeGreaterThan(before + 4), { timeout: 20_000 });
        password = next;
        await setPassword(next);
      }
      const last = opened.length;
      await vi.waitFor(() => expect(opened.length).toBeGreaterThan(last + 4), { timeout: 20_000 });
      state.isOver = true;
      await Promise.all(working);
      expect(state.served).toBeGreaterThan(20);
    });

    test('a password that stays wrong is tried twice, and then the circuit is open', async () => {
      const asked = vi.fn(async () => 'wrong-7f3a9c');
      const pools = managers.create({ acquireTimeoutMs: 3_000 });
      const failed: unknown[] = [];
      pools.on('connection.failed', ({ failure }) => failed.push(failure));
      pools.register('a', definition(new LateSecret(asked)));
      const error = await pools.executeQuery('a', 'SELECT 1').catch((reason) => reason);
      expect(error.message).toContain('"a"');
      expect(asked).toHaveBeenCalledTimes(2);
      expect(pools.inspectEntries()).toMatchObject([{ health: { circuit: 'open', lastFailure: 'auth' } }]);
      await expect(pools.executeQuery('a', 'SELECT 1')).rejects.toThrow(/cannot be connected to/);
      expect(asked).toHaveBeenCalledTimes(2);
    });

    test('the password is in nothing that can be seen, whatever fails', async () => {
      const seen: unknown[] = [];
      const level = (text: string) => void seen.push(text);
      const proxy = await FaultProxy.start(server.host, server.port);
      const pools = managers.create({
        acquireTimeoutMs: 1_500,
        healthMs: 100,
        healthTimeoutMs: 300,
        leakMs: 50,
        sweepMs: 20,
      });
      logPools(pools, { debug: level, info: level, warn: level, error: level }, { quietMs: 0, summaryMs: 50 });
      const secret = () => new LateSecret(async () => canary);
      const fine = definition(secret());
      const cases: Readonly<Record<string, PoolDefinition>> = {
        fine,
        proxied: { ...fine, port: proxy.port },
        closed: { ...fine, port: 1 },
        nowhere: { ...fine, database: 'no_such_database' },
        nobody: { ...fine, user: 'no_such_user' },
        encrypted: { ...fine, tls: { rejectUnauthorized: true } },
        silent: { ...fine, secret: new LateSecret(() => Promise.reject(new Error(canary))) },
        off: { ...fine, isActive: false },
      };
      for (const [id, source] of Object.entries(cases)) pools.register(id, source);
      const lease = await pools.acquire('fine');
      // Everything that hangs on a socket is too much to print in full.
      seen.push(inspect(lease.connection, { depth: 5, showHidden: true }), lease);
      await pools.executeQuery('proxied', 'SELECT 1');
      proxy.switchTo('hole');
      const questions = [
        ...Object.keys(cases).map((id) =>
          pools.executeQuery(id, 'SELECT 1', [], { signal: AbortSignal.timeout(2_000) }),
        ),
        pools.executeQuery('fine', 'SELECT nonsense'),
        pools.executeQuery('unknown', 'SELECT 1'),
        pools.executeQuery('fine', sleepSql(engine, 5), [], { signal: AbortSignal.timeout(100) }),
      ];
      for (const answer of await Promise.allSettled(questions)) seen.push(answer);
      seen.push(pools.status(), pools.inspectEntries(), pools, cases);
      lease.release();
      proxy.switchTo('reset');
      await pools.close({ graceMs: 100 });
      await proxy.close();
      seen.push(await pools.executeQuery('fine', 'SELECT 1').catch((reason) => reason), poolStatusHandler(pools));
      const all = seen.map((one) => inspect(one, { depth: 20, showHidden: true }) + JSON.stringify(one)).join('\n');
      expect(all.includes('cannot be')).toBe(true); // Something did fail.
      const at = all.indexOf(canary);
      expect(at === -1 ? '' : all.slice(at - 200, at + 20)).toBe(''); // The whole text is long.
    });
  });
}
