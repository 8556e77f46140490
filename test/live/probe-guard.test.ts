import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { documentOf, expectOneError, objects, type Place, probe, steady, urlOf } from '../helpers/probe.ts';
import { admin, open, ordinary, protocolOf, type Session, settled } from '../helpers/sessions.ts';

const short = ['--duration', '1500ms', '--warmup', '100ms'] as const;
/** This machine by a name that could be any machine's, and the address behind it. */
const outside = await lookup(hostname(), 4).then(
  ({ address }) => ({ host: hostname(), address }),
  () => undefined,
);

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let place: Place;
    let watcher: Session;
    let proxy: FaultProxy;
    const url = () => urlOf(place, { port: proxy.port });

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      place = { protocol, server, watcher };
    });
    afterAll(() => watcher.end());
    beforeEach(async () => {
      proxy = await FaultProxy.start(server.host, server.port);
      await settled(protocol, watcher, 0, server.user);
    });
    afterEach(() => proxy.close());

    test('takes no more than its share of the free connections, and says the numbers', async () => {
      const flags = ['--hold', '20ms', '--tps', '10', ...short];
      const planned = documentOf(await probe(url(), [...flags, '--connection-limit', '1', '--dry-run', '--json']));
      const { allowed, freeConnections } = planned.result.budget;
      expect(allowed).toBe(Math.floor(freeConnections / 4));
      const before = proxy.connections;
      const ran = await probe(url(), [...flags, '--connection-limit', `${allowed + 1}`]);
      expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
      expectOneError(ran, 'PROBE_REFUSED');
      expect(ran.stderr).toContain(`The guard refuses ${allowed + 1} connections: `);
      expect(ran.stderr).toContain(`${freeConnections} of `);
      expect(ran.stderr).toContain(`at 25 % of them ${allowed} may be taken`);
      expect(proxy.connections - before).toBe(1);
      const shared = await probe(url(), [
        ...flags,
        '--connection-limit',
        `${allowed + 1}`,
        '--share',
        '30%',
        '--dry-run',
      ]);
      expect(shared.exitCode).toBe(0);
    });

    test('says what it would do without a load or a change', async () => {
      const flags = ['--workload', 'tpcb-like', '--allow-write', '--sizes', '1,2,4', '--dry-run'];
      const ran = await probe(url(), flags);
      expect(ran.exitCode).toBe(0);
      expect(ran.stdout).toMatch(/Pools of 1, 2, 4/);
      expect(ran.stdout).toMatch(/free now/);
      const { schema, result } = documentOf(await probe(url(), [...flags, '--json']));
      expect(schema).toBe('poolctl.probe-plan/1');
      expect(result).toMatchObject({ connectionsAtPeak: 4, workload: { readOnly: false } });
      expect(proxy.connections).toBe(2);
      expect(await objects(place)).toEqual([]);
    });

    test('lets nothing write that was not allowed to, and no row is changed', async () => {
      const own = await open(protocol, ordinary(server));
      await own.rows('CREATE TABLE guarded (id INT)');
      await own.rows('INSERT INTO guarded VALUES (1), (2)');
      try {
        for (const sql of [
          'DELETE FROM guarded',
          'SELECT 1; INSERT INTO guarded VALUES (3)',
          'TRUNCATE TABLE guarded',
        ]) {
          const ran = await probe(url(), ['--sql', sql, '--connection-limit', '1', ...short]);
          expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
          expectOneError(ran, 'WRITE_REFUSED');
        }
        const ran = await probe(url(), ['--workload', 'point', '--connection-limit', '1', ...short]);
        expect(ran.exitCode).toBe(2);
        expectOneError(ran, 'WRITE_REFUSED');
        const [row] = await own.rows('SELECT COUNT(*) AS n, SUM(id) AS s FROM guarded');
        expect([Number(row?.['n']), Number(row?.['s'])]).toEqual([2, 3]);
      } finally {
        await own.rows('DROP TABLE guarded');
        await own.end();
      }
    });

    test('stops when requests take too long', async () => {
      const ran = await probe(url(), [...steady, '--duration', '20s', '--warmup', '50ms', '--max-p99', '15ms']);
      expect(ran.exitCode).toBe(3);
      expectOneError(ran, 'PROBE_STOPPED');
      expect(ran.stderr).toMatch(/99th percentile was .* above the 15 ms of --max-p99/);
      expect(ran.stdout).toMatch(/stopped/);
      expect(ran.stdout).toMatch(/sessions left +0 +verified/);
    });

    testIf(engine !== 'mysql')('stops when too many fail', async () => {
      const sql = ['--sql', 'SELECT (SELECT 1 UNION SELECT :n)', '--var', 'n=list:1,1,1,1,1,1,2'];
      const flags = [
        ...sql,
        '--connection-limit',
        '2',
        '--tps',
        '100',
        '--duration',
        '20s',
        '--warmup',
        '50ms',
        '--json',
      ];
      const ran = await probe(url(), [...flags, '--max-errors', '5%']);
      expect(ran.exitCode).toBe(3);
      const { finished, stoppedBy, runs } = documentOf(ran).result;
      expect({ finished, stoppedBy }).toMatchObject({ finished: 'stopped', stoppedBy: { guard: 'error-rate' } });
      expect(stoppedBy?.message).toContain('where 5 % is the limit');
      expect(runs[0]?.failed['sql-error']).toBeGreaterThan(0);
      const tolerant = await probe(url(), [
        ...flags.map((flag) => (flag === '20s' ? '1500ms' : flag)),
        '--max-errors',
        '50%',
      ]);
      expect(tolerant.exitCode).toBe(0);
    });

    test('does not stop for refusals of the pool, which are what the run is there to see', async () => {
      const pool = ['--connection-limit', '1', '--queue-limit', '2', '--acquire-timeout', '60ms'];
      const ran = await probe(url(), [...pool, '--hold', '50ms', '--tps', '100', ...short, '--json']);
      expect(ran.exitCode).toBe(0);
      const { finished, runs } = documentOf(ran).result;
      expect(finished).toBe('complete');
      expect(runs[0]?.failed['queue-full']).toBeGreaterThan(5);
    });

    describe.runIf(server.startedHere)('keeps to limits', () => {
      const limits = {
        postgres: [
          { what: 'the role', set: (n: number) => `ALTER ROLE ${server.user} CONNECTION LIMIT ${n}`, off: -1 },
          {
            what: 'the database',
            set: (n: number) => `ALTER DATABASE ${server.database} CONNECTION LIMIT ${n}`,
            off: -1,
          },
        ],
        mysql: [
          {
            what: 'the user',
            set: (n: number) => `ALTER USER '${server.user}'@'%' WITH MAX_USER_CONNECTIONS ${n}`,
            off: 0,
          },
        ],
      };
      test.each(limits[protocol])('of $what', async ({ set, off }) => {
        await watcher.rows(set(8));
        try {
          const flags = ['--hold', '20ms', '--tps', '10', ...short];
          const ran = await probe(url(), [...flags, '--connection-limit', '3']);
          expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
          expectOneError(ran, 'PROBE_REFUSED');
          expect(ran.stderr).toMatch(/8 of 8 connections are free|7 of 8 connections are free/);
          expect(ran.stderr).toContain(server.user);
          await watcher.rows(set(3));
          const none = await probe(url(), [...flags, '--connection-limit', '1']);
          expectOneError(none, 'PROBE_REFUSED');
          expect(none.stderr).toContain('The guard refuses any load');
          expect(proxy.connections).toBe(2);
        } finally {
          await watcher.rows(set(off));
        }
      });
    });

    test.skipIf(outside === undefined || engine === 'mysql')(
      'asks before a load on another machine, and takes silence for a no',
      async () => {
        const away = await FaultProxy.start(server.host, server.port, outside?.address);
        try {
          const remote = urlOf(place, { host: outside?.host ?? '', port: away.port });
          const flags = [...steady, ...short];
          const refused = await probe(remote, flags);
          expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
          expectOneError(refused, 'PROBE_REFUSED');
          expect(refused.stderr).toContain('not on this machine');
          expect(refused.stderr).toContain('--yes');
          expect(away.connections).toBe(1);
          expect((await probe(remote, [...flags, '--dry-run'])).exitCode).toBe(0);
          expect((await probe(remote, [...flags, '--yes'])).exitCode).toBe(0);
        } finally {
          await away.close();
        }
      },
    );
  });
}

describeWith('pgbouncer', (server) => {
  test('puts no load on a pooler, whose sessions would keep its limits', async () => {
    const place = { protocol: 'postgres' as const, server };
    const proxy = await FaultProxy.start(server.host, server.port);
    try {
      const ran = await probe(urlOf(place, { port: proxy.port }), [...steady, ...short]);
      expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
      expectOneError(ran, 'PROBE_REFUSED');
      expect(ran.stderr).toMatch(/Between here and the server stands (?:a pooler|PgBouncer)/);
      // With TLS, which this one has not, and without.
      expect(proxy.connections).toBeLessThanOrEqual(2);
    } finally {
      await proxy.close();
    }
  });
});
