import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeWith } from '../../helpers/live.ts';
import { poolctl, root } from '../../helpers/run.ts';
import type { Server } from '../../helpers/servers/facts.ts';
import { adapters, type SnippetPool } from './adapters.ts';
import { countSessions } from './sessions.ts';

// 10 TPS x 200 ms = 2, plus 50 %: connectionLimit 3 and queueLimit 2; a deadline of 700 ms leaves 500 ms to wait.
const load = 'size --tps 10 --p95 200 --deadline 700ms --json';
const [connectionLimit, queueLimit, acquireTimeoutMs] = [3, 2, 500];
const folder = `${root}test/.snippets`;

const cases = [
  ['mysql2', 'mariadb'],
  ['typeorm', 'mariadb'],
  ['pg', 'postgres'],
  ['typeorm', 'postgres'],
] as const;

beforeAll(() => void mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function writeSnippet(target: string, engine: string): Promise<string> {
  const { stdout } = await poolctl(`${load} --server ${engine} --emit ${target}`);
  const { result } = JSON.parse(stdout);
  expect(result).toMatchObject({ connectionLimit, queueLimit, acquireTimeoutMs });
  const file = `${folder}/${target}-${engine}.ts`;
  writeFileSync(file, result.snippets[0].text);
  return file;
}

for (const [target, engine] of cases) {
  describeWith(engine, (server) => {
    describe(`the snippet for ${target}`, () => {
      let file = '';
      let pool: SnippetPool;
      const printed: string[] = [];
      beforeAll(async () => {
        file = await writeSnippet(target, engine);
        for (const method of ['error', 'warn', 'log'] as const) {
          vi.spyOn(console, method).mockImplementation((...args) => void printed.push(args.join(' ')));
        }
        process.on('warning', (warning) => printed.push(String(warning)));
        setEnvironment(server);
        pool = (await adapters[target]?.((await import(/* @vite-ignore */ file)) as never)) as SnippetPool;
      });
      afterAll(() => pool?.end());

      it('type-checks strictly against the real package', async () => {
        const flags = '--noEmit --strict --skipLibCheck --module nodenext --target es2022 --types node'.split(' ');
        const { stdout } = await promisify(execFile)(`${root}node_modules/.bin/tsc`, [
          '--ignoreConfig',
          ...flags,
          file,
        ]).catch((error: { stdout: string }) => error);
        expect(stdout).toBe('');
      });

      it('opens exactly connectionLimit sessions under pressure, and lets queueLimit requests wait', async () => {
        const outcomes = [...Array(connectionLimit + queueLimit)].map(() => outcomeOf(pool.acquire()));
        await Promise.all(outcomes.slice(0, connectionLimit));
        expect(await countSessions(engine, server)).toBe(connectionLimit);
        for (const outcome of outcomes) await (await outcome).release?.();
        expect((await Promise.all(outcomes)).filter(({ error }) => error)).toEqual([]);
        expect(await countSessions(engine, server)).toBe(connectionLimit);
      });

      it('refuses the request after queueLimit others at once, also when they all come together', async () => {
        const outcomes = [...Array(connectionLimit + queueLimit + 1)].map(() => outcomeOf(pool.acquire()));
        const first = await Promise.race(outcomes.slice(connectionLimit));
        expect(first.error?.message).toMatch(/^Queue limit reached\.$|^2 requests already wait$/);
        expect(first.tookMs).toBeLessThan(acquireTimeoutMs / 2);
        for (const outcome of outcomes) await (await outcome).release?.();
        expect((await Promise.all(outcomes)).filter(({ error }) => error)).toHaveLength(1);
      });

      it('gives up after the acquire timeout, on acquire and on query', async () => {
        const releases = await Promise.all([...Array(connectionLimit)].map(() => pool.acquire()));
        for (const waiting of [outcomeOf(pool.acquire()), outcomeOf(pool.query())]) {
          const { error, tookMs } = await waiting;
          expect(error?.message).toMatch(/^No connection within 500 ms$|^timeout exceeded when trying to connect$/);
          expect(tookMs).toBeGreaterThan(acquireTimeoutMs * 0.8);
          expect(tookMs).toBeLessThan(acquireTimeoutMs * 1.2);
        }
        for (const release of releases) await release();
      });

      it('loses no connection to those who gave up: all of them can be had again', async () => {
        const again = await Promise.all([...Array(connectionLimit)].map(() => pool.acquire()));
        expect(await countSessions(engine, server)).toBe(connectionLimit);
        for (const release of again) await release();
        await expect(pool.query()).resolves.toBeDefined();
      });

      it('prints nothing: no option is ignored or deprecated', () => {
        expect(printed).toEqual([]);
      });
    });
  });
}

describe('a query timeout of a profile', () => {
  const profile = 'title: Impatient\nsettings: { connectionLimit: 1, queryTimeout: 300ms }\n';
  const settings = { stdin: profile };

  for (const [target, engine] of cases) {
    describeWith(engine, (server) => {
      it(`stops a query of ${target} after that time, or is said to go with each call`, async () => {
        const { stdout } = await poolctl(`size --profile - --server ${engine} --emit ${target} --json`, settings);
        const { text } = JSON.parse(stdout).result.snippets[0];
        const file = `${folder}/${target}-${engine}-impatient.ts`;
        writeFileSync(file, text);
        setEnvironment(server);
        const pool = (await adapters[target]?.((await import(/* @vite-ignore */ file)) as never)) as SnippetPool;
        const slow = engine === 'postgres' ? 'select pg_sleep(2)' : 'select sleep(2)';
        if (target === 'mysql2') {
          expect(text).toContain('pool.query({ sql, timeout: 300 })');
          await pool.end();
          return;
        }
        const { error, tookMs } = await outcomeOf(pool.query(slow));
        expect(error?.message).toMatch(/statement timeout|Query inactivity timeout/);
        expect(tookMs).toBeLessThan(1_000);
        await pool.end();
      });
    });
  }
});

function setEnvironment({ host, port, user, password, database }: Server): void {
  process.env['DB_HOST'] = host;
  process.env['DB_PORT'] = String(port);
  process.env['DB_USERNAME'] = user;
  process.env['DB_PASSWORD'] = password;
  process.env['DB_DATABASE'] = database;
}

interface Outcome {
  readonly tookMs: number;
  readonly error?: Error;
  readonly release?: () => unknown;
}

async function outcomeOf(acquired: Promise<unknown>): Promise<Outcome> {
  const start = performance.now();
  const took = () => performance.now() - start;
  return acquired.then(
    (release) => ({ tookMs: took(), release: release as () => unknown }),
    (error: Error) => ({ tookMs: took(), error }),
  );
}
