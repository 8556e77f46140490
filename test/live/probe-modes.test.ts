import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnce, describeWith, testIf } from '../helpers/live.ts';
import { documentOf, objects, type Place, probe, spawnProbe, urlOf } from '../helpers/probe.ts';
import { poolctl, type Ran } from '../helpers/run.ts';
import { admin, open, ordinary, protocolOf, type Session, settled } from '../helpers/sessions.ts';

let folder = '';
const file = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolctl-modes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One document on stdout, complete, that other commands read; and nothing but progress on stderr. */
async function complete(ran: Ran) {
  expect(ran.stderr).not.toMatch(/^error|^bug|NaN|undefined|\[object/m);
  const { schema, result } = documentOf(ran);
  expect({ schema, finished: result.finished }).toEqual({ schema: 'poolctl.probe/3', finished: 'complete' });
  expect(result.cleanUp).toMatchObject({ verified: true, sessionsLeft: 0, objectsLeft: [] });
  writeFileSync(file('read-back.json'), ran.stdout);
  const shown = await poolctl(['report', file('read-back.json')]);
  expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
  expect(shown.stdout).not.toMatch(/NaN|undefined|Infinity|\[object/);
  return result;
}

const brief = ['--duration', '1500ms', '--warmup', '200ms', '--json'] as const;

/** Each mode runs on PostgreSQL and on one of the other two, which share a driver. */
for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let place: Place;
    let watcher: Session;
    const run = async (flags: readonly string[]) => probe(urlOf(place), flags);

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      place = { protocol, server, watcher };
    });
    afterAll(() => watcher.end());
    afterEach(async () => {
      await settled(protocol, watcher, 0, server.user);
      expect(await objects(place)).toEqual([]);
    });

    testIf(engine !== 'mariadb')('an open loop serves the rate that was asked for', async () => {
      const ran = await run(['--hold', '10ms', '--connection-limit', '4', '--tps', '100', '--paced', ...brief]);
      expect(ran.exitCode).toBe(0);
      const { mode, load, runs, transport } = await complete(ran);
      expect({ mode, load }).toMatchObject({ mode: 'load', load: { tps: 100, arrivals: 'paced', threads: 1 } });
      expect(runs).toHaveLength(1);
      expect(runs[0]).toMatchObject({ loop: 'open', requests: 150, completed: 150, unsent: 0, unfinished: 0 });
      expect(runs[0]?.serviceMs.p50).toBeGreaterThanOrEqual(9.9);
      expect(transport?.roundTripMs.p50).toBeGreaterThan(0);
    });

    testIf(engine !== 'mariadb')('a closed loop serves as much as the connections can', async () => {
      const ran = await run(['--hold', '20ms', '--connection-limit', '2', '--concurrency', '4', ...brief]);
      expect(ran.exitCode).toBe(0);
      const [found] = (await complete(ran)).runs;
      expect(found?.loop).toBe('closed');
      expect(found?.throughputPerSecond.value).toBeGreaterThan(50);
      expect(found?.throughputPerSecond.value).toBeLessThanOrEqual(101);
    });

    testIf(engine !== 'mysql')('a ramp finds the size, proves it, and writes it down for the program', async () => {
      const flags = ['--hold', '20ms', '--sizes', '1,2,4', '--quick', '--tps', '80', '--duration', '8s'];
      const emit = protocol === 'postgres' ? 'pg' : 'mysql2';
      const files = ['--emit', emit, '--save', file('saved.json'), '--hgrm', file('total.hgrm')];
      const ran = await run([...flags, ...files, '--json']);
      expect(ran.exitCode).toBe(0);
      const { ramp, recommendation, runs } = await complete(ran);
      expect(ramp?.levels.map(({ connectionLimit }) => connectionLimit)).toEqual([1, 2, 4]);
      for (const { connectionLimit, throughputPerSecond } of ramp?.levels ?? []) {
        expect(throughputPerSecond.value).toBeLessThanOrEqual(50 * connectionLimit * 1.05);
        expect(throughputPerSecond.value).toBeGreaterThan(25 * connectionLimit);
      }
      // 80/s of 20 ms each keep 1.6 connections busy on the average.
      expect(recommendation?.connectionLimit).toBeGreaterThanOrEqual(2);
      expect(runs.at(-1)).toMatchObject({ loop: 'open', wantedPerSecond: 80 });
      expect(documentOf(ran).result.snippets?.[0]?.text).toContain(
        `${protocol === 'postgres' ? 'max' : 'connectionLimit'}: ${recommendation?.connectionLimit}`,
      );
      expect(readFileSync(file('total.hgrm'), 'utf8')).toMatch(/Percentile[\s\S]*#\[Mean/);
      const sized = await poolctl(['size', '--from', file('saved.json'), '--tps', '80', '--json']);
      expect(sized.exitCode).toBe(0);
      expect(JSON.parse(sized.stdout).result.connectionLimit).toBeGreaterThanOrEqual(2);
    });

    testIf(engine !== 'mysql')('what size said comes true, and what it did not say does not', async () => {
      const sized = await poolctl(['size', '--tps', '40', '--hold', '20ms', '--json']);
      expect(sized.exitCode).toBe(0);
      writeFileSync(file('size.json'), sized.stdout);
      const fits = await run(['--verify', file('size.json'), '--duration', '2s', '--warmup', '200ms', '--json']);
      expect((await complete(fits)).verification?.agrees).toBe(true);
      expect(fits.exitCode).toBe(0);
      // Connections are held five times as long as the file says.
      const other = await run(['--verify', file('size.json'), '--hold', '100ms', ...brief]);
      expect(other.exitCode).toBe(1);
      expect(documentOf(other).result.verification?.agrees).toBe(false);
    });

    testIf(engine !== 'mariadb')('of two settings, the better one is told, with the difference', async () => {
      const flags = ['--hold', '40ms', '--tps', '40', '--compare', '1/0', '8/20/2s', '--quick', '--duration', '2s'];
      const ran = await run([...flags, '--json']);
      expect(ran.exitCode).toBe(0);
      const { comparison, runs } = await complete(ran);
      expect(runs.map(({ pool }) => pool.connectionLimit)).toEqual([1, 8]);
      const waited = comparison?.find(({ name }) => name === 'mean wait');
      expect(waited?.first).toBeGreaterThan(50);
      expect(waited?.second).toBeLessThan((waited?.first ?? 0) / 5);
    });

    testIf(engine === 'postgres')('of waits that differ a hundred-fold, the answer says which are less', async () => {
      const ran = await run(['--hold', '30ms', '--tps', '60', '--compare', '2/0', '6/12/2s', '--duration', '12s']);
      expect(ran.exitCode).toBe(0);
      expect(ran.stdout).toMatch(
        /^6\/12\/2 s waits less: mean \S+ ms against \S+ m?s, \S+ % against \S+ % had to wait\n/,
      );
      expect(ran.stdout).not.toMatch(/^ +(?:lost|still waiting) /m);
      // What is told of the waits as a whole stands in the rows, too.
      expect(ran.stdout).toMatch(/^ +mean wait .* % to −[\d.]+ % *$/m);
    });

    testIf(engine !== 'mariadb')('a pool is held against a new connection each time', async () => {
      const flags = [
        '--workload',
        'select1',
        '--compare-unpooled',
        '--concurrency',
        '2',
        '--quick',
        '--duration',
        '3s',
      ];
      const ran = await run([...flags, '--json']);
      expect(ran.exitCode).toBe(0);
      const { unpooled, mode } = await complete(ran);
      expect(mode).toBe('compare-unpooled');
      expect(unpooled?.map(({ concurrency }) => concurrency)).toEqual([2]);
      for (const { pooled, unpooled: without } of unpooled ?? []) {
        expect(pooled.throughputPerSecond.value).toBeGreaterThan(2 * without.throughputPerSecond.value);
      }
    });

    testIf(engine !== 'mysql')('a database that freezes for a second is waited for', async () => {
      const pool = ['--connection-limit', '4', '--acquire-timeout', '10s'];
      const ran = await run(['--hold', '10ms', '--tps', '50', ...pool, '--stall', '1s', '--duration', '3s', '--json']);
      expect(ran.exitCode).toBe(0);
      const { stall } = await complete(ran);
      expect(stall?.longestWaitMs).toBeGreaterThan(500);
      expect(stall?.longestQueue).toBeGreaterThan(10);
      expect(stall?.failedDuring).toEqual({});
    });

    testIf(engine !== 'mysql')('a transaction from a file, with variables', async () => {
      const own = await open(protocol, ordinary(server));
      await own.rows('CREATE TABLE probed (id INT PRIMARY KEY, hits INT)');
      await own.rows('INSERT INTO probed VALUES (1, 0), (2, 0), (3, 0)');
      try {
        writeFileSync(
          file('hit.sql'),
          'UPDATE probed SET hits = hits + 1 WHERE id = :id;\nSELECT hits FROM probed WHERE id = :id;\n',
        );
        const flags = ['--file', file('hit.sql'), '--var', 'id=int:1..3', '--allow-write'];
        const ran = await run([...flags, '--connection-limit', '2', '--tps', '50', ...brief]);
        expect(ran.exitCode).toBe(0);
        const { runs, workload } = await complete(ran);
        expect(workload.readOnly).toBe(false);
        const [row] = await own.rows('SELECT SUM(hits) AS hits FROM probed');
        // Those of the warm-up and of the rehearsal count here as well.
        expect(Number(row?.['hits'])).toBeGreaterThanOrEqual(runs[0]?.completed ?? Number.POSITIVE_INFINITY);
      } finally {
        await own.rows('DROP TABLE probed');
        await own.end();
      }
    });

    testIf(engine !== 'mariadb')('tables of its own are made and removed', async () => {
      const flags = ['--workload', 'tpcb-like', '--allow-write', '--connection-limit', '2', '--concurrency', '2'];
      const ran = await run([...flags, ...brief]);
      expect(ran.exitCode).toBe(0);
      expect((await complete(ran)).runs[0]?.completed).toBeGreaterThan(10);
    });

    testIf(engine !== 'mysql')('two threads share a load', async () => {
      const flags = ['--hold', '10ms', '--connection-limit', '4', '--concurrency', '4', '--threads', '2', ...brief];
      const ran = await spawnProbe(flags, { DATABASE_URL: urlOf(place) }).ended;
      expect(ran.exitCode).toBe(0);
      const { load, runs } = await complete(ran);
      expect(load.threads).toBe(2);
      expect(runs[0]?.throughputPerSecond.value).toBeGreaterThan(150);
      expect(runs[0]?.throughputPerSecond.value).toBeLessThanOrEqual(405);
    });

    testIf(engine !== 'mariadb')('the reads that the server has seen most are asked again', async () => {
      const own = await open(protocol, ordinary(server));
      await own.rows('CREATE TABLE often (id INT PRIMARY KEY, word VARCHAR(20))');
      await own.rows(`INSERT INTO often VALUES (1, 'one'), (2, 'two'), (3, 'three')`);
      try {
        if (protocol === 'postgres') await own.rows('ANALYZE often');
        for (let time = 0; time < 200; time += 1) await own.rows(`SELECT word FROM often WHERE id = ${1 + (time % 3)}`);
        const flags = ['--from-stats', '--connection-limit', '2', '--tps', '20', ...brief];
        // The list is for those who may see what others do.
        const ran = await probe(urlOf({ protocol, server: asAdmin() }), flags);
        expect([ran.exitCode, ran.stdout]).toEqual([0, expect.stringContaining('poolctl.probe/3')]);
        expect((await complete(ran)).workload.readOnly).toBe(true);
      } finally {
        await own.rows('DROP TABLE often');
        await own.end();
      }
    });

    const asAdmin = () => ({ ...server, user: server.adminUser, password: server.adminPassword });

    testIf(engine === 'postgres')('a report in a file is a page that opens by itself', async () => {
      const flags = [
        '--hold',
        '10ms',
        '--connection-limit',
        '2',
        '--tps',
        '20',
        '--duration',
        '1500ms',
        '--warmup',
        '200ms',
      ];
      const ran = await run([...flags, '-o', file('report.html')]);
      expect([ran.exitCode, ran.stdout]).toEqual([0, '']);
      const page = readFileSync(file('report.html'), 'utf8');
      expect(page).toMatch(/^<!doctype html>/i);
      expect(page).not.toMatch(/\b(?:src|href)="https?:/);
    });
  });
}

describeOnce('with a server of its own', () => {
  test('the embedded PostgreSQL is probed with its demo, and is gone after', async () => {
    const flags = ['--embedded', '--connection-limit', '4', '--tps', '50', ...brief];
    const ran = await poolctl(['probe', ...flags]);
    expect(ran.exitCode).toBe(0);
    const { target, workload, runs } = await complete(ran);
    expect(target.engine).toBe('postgres');
    expect(workload.transportOnly).toBe(false);
    expect(runs[0]?.completed).toBeGreaterThan(20);
  });
});
