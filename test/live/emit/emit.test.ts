import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allTargets } from '../../../src/emit/targets/index.ts';
import { describeWith } from '../../helpers/live.ts';
import { poolctl, root } from '../../helpers/run.ts';
import type { Server } from '../../helpers/servers/facts.ts';
import type { LiveEngine, SnippetCase, SnippetPool } from './case.ts';
import { countRunning, countSessions, endSessions } from './sessions.ts';
import { strayErrors } from './stray-errors.ts';

const load = 'size --tps 10 --p95 200 --connection-limit 3 --queue-limit 2 --acquire-timeout 500ms --json';
const [connectionLimit, queueLimit, acquireTimeoutMs] = [3, 2, 500];
const waiting = { timeout: 5_000, interval: 50 };
/** Of this process alone: other projects run this file beside it. */
const own = `.snippets/${process.pid}`;
const folderOf = ({ folder }: SnippetCase) => `${root}test/${folder === undefined ? own : `packages/${folder}/${own}`}`;

/** One file a target in cases/. */
const cases = await Promise.all(
  readdirSync(new URL('./cases/', import.meta.url))
    .sort()
    .map(
      async (file) =>
        (await import(/* @vite-ignore */ new URL(`./cases/${file}`, import.meta.url).href)).default as SnippetCase,
    ),
);
const all = cases.flatMap((snippetCase) => snippetCase.engines.map((engine) => [snippetCase, engine] as const));

beforeAll(() => {
  for (const snippetCase of cases) {
    const folder = folderOf(snippetCase);
    mkdirSync(folder, { recursive: true });
    for (const [path, text] of Object.entries(snippetCase.files ?? {})) {
      mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
      writeFileSync(`${folder}/${path}`, text);
    }
  }
});
afterAll(() => {
  for (const snippetCase of cases) rmSync(folderOf(snippetCase), { recursive: true, force: true });
});

async function writeSnippet(snippetCase: SnippetCase, engine: string): Promise<string> {
  const { target } = snippetCase;
  const { stdout } = await poolctl(`${load} --server ${engine} --emit ${target}`);
  const { result } = JSON.parse(stdout);
  expect(result).toMatchObject({ connectionLimit, queueLimit, acquireTimeoutMs });
  const file = `${folderOf(snippetCase)}/${target}-${engine}.ts`;
  writeFileSync(file, result.snippets[0].text);
  return file;
}

for (const [snippetCase, engine] of all) {
  const { target, refused, gaveUp, doesNotSurvive, prints } = snippetCase;
  describeWith(engine, (server) => {
    describe(`the snippet for ${target}`, () => {
      let file = '';
      let pool: SnippetPool;
      const printed: string[] = [];
      const noteWarning = (warning: Error) => void printed.push(String(warning));
      beforeAll(async () => {
        file = await writeSnippet(snippetCase, engine);
        for (const method of ['error', 'warn', 'log'] as const) {
          vi.spyOn(console, method).mockImplementation((...args) => void printed.push(args.join(' ')));
        }
        process.on('warning', noteWarning);
        await nobodyThere(engine, server);
        setEnvironment(server);
        pool = await snippetCase.open((await import(/* @vite-ignore */ file)) as never, engine, server);
        await warmUp(pool);
      });
      afterAll(async () => {
        process.off('warning', noteWarning);
        // Where a test failed, end() may wait for ever for what is held, and what is left would be in the way of others.
        const isEnded = await Promise.race([pool?.end().then(() => true), setTimeout(15_000, false)]);
        await endSessions(engine, server);
        expect(isEnded, 'end() came to an end').not.toBe(false);
      });

      it('opens exactly connectionLimit sessions under pressure, and lets queueLimit requests wait', async () => {
        const outcomes = [...Array(connectionLimit + queueLimit)].map(() => outcomeOf(pool.acquire()));
        await Promise.all(outcomes.slice(0, connectionLimit));
        const sessions = await countSessions(engine, server);
        for (const outcome of outcomes) await (await outcome).release?.();
        expect(sessions).toBe(connectionLimit);
        expect((await Promise.all(outcomes)).filter(({ error }) => error)).toEqual([]);
        expect(await countSessions(engine, server)).toBe(connectionLimit);
      });

      it.runIf(refused)(
        'refuses the request after queueLimit others at once, also when they all come together',
        async () => {
          const outcomes = [...Array(connectionLimit + queueLimit + 1)].map(() => outcomeOf(pool.acquire()));
          const first = await Promise.race(outcomes.slice(connectionLimit));
          for (const outcome of outcomes) await (await outcome).release?.();
          expect(first.error?.message).toMatch(refused ?? /^/);
          expect(first.tookMs).toBeLessThan(acquireTimeoutMs / 2);
          expect((await Promise.all(outcomes)).filter(({ error }) => error)).toHaveLength(1);
        },
      );

      it('gives up after the acquire timeout, on acquire and on query', async () => {
        const releases = await takeAll(pool);
        for (const waiting of [outcomeOf(pool.acquire()), outcomeOf(pool.query())]) {
          const { error, tookMs } = await waiting;
          expect(error?.message).toMatch(gaveUp);
          expect(tookMs).toBeGreaterThan(acquireTimeoutMs * 0.8);
          expect(tookMs).toBeLessThan(acquireTimeoutMs * 1.2);
        }
        for (const release of releases) await release();
      });

      it.runIf(refused)('lets others wait in the place of those who gave up', async () => {
        const releases = await takeAll(pool);
        const gone = [...Array(queueLimit)].map(() => outcomeOf(pool.acquire()));
        for (const { error } of await Promise.all(gone)) expect(error?.message).toMatch(gaveUp);
        expect((await outcomeOf(pool.query())).error?.message).toMatch(gaveUp);
        for (const release of releases) await release();
      });

      it('loses no connection to those who gave up: all of them can be had again', async () => {
        const again = await takeAll(pool);
        expect(await countSessions(engine, server)).toBe(connectionLimit);
        for (const release of again) await release();
        await expect(pool.query()).resolves.toBeDefined();
      });

      it('prints nothing: no option is ignored or deprecated', () => {
        expect(printed.filter((line) => !prints?.test(line))).toEqual([]);
      });

      it.runIf(doesNotSurvive)('says that the library does not survive it when the server ends its sessions', () => {
        expect(readFileSync(file, 'utf8')).toMatch(doesNotSurvive ?? /^/);
      });

      it.skipIf(doesNotSurvive)(
        'lives on and serves again when the server ends its sessions, idle and in use',
        async () => {
          const stray = strayErrors();
          const releases = await takeAll(pool);
          const [held, ...others] = releases;
          for (const release of others) await release();
          const running = outcomeOf(pool.query(engine === 'postgres' ? 'select pg_sleep(5)' : 'select sleep(5)'));
          await vi.waitFor(async () => expect(await countRunning(engine, server)).toBe(1), waiting);
          await endSessions(engine, server);
          await running;
          await outcomeOf(Promise.resolve().then(() => held?.()));
          await vi.waitFor(() => pool.query(), waiting);
          const again = await takeAll(pool);
          expect(await countSessions(engine, server)).toBe(connectionLimit);
          for (const release of again) await release();
          expect(stray.end()).toEqual([]);
        },
      );
    });
  });
}

describe('a query timeout of a profile', () => {
  const profile = 'title: Impatient\nsettings: { connectionLimit: 1, queryTimeout: 300ms }\n';
  const settings = { stdin: profile };

  for (const [snippetCase, engine] of all) {
    const { target, queryTimeout, queryTimeoutPerCall } = snippetCase;
    describeWith(engine, (server) => {
      it(`stops a query of ${target} after that time, or is said to go with each call`, async () => {
        const { stdout } = await poolctl(`size --profile - --server ${engine} --emit ${target} --json`, settings);
        const { text } = JSON.parse(stdout).result.snippets[0];
        if (queryTimeoutPerCall !== undefined) expect(text).toContain(queryTimeoutPerCall);
        if (queryTimeout === undefined) return;
        const file = `${folderOf(snippetCase)}/${target}-${engine}-impatient.ts`;
        writeFileSync(file, text);
        setEnvironment(server);
        const module = (await import(/* @vite-ignore */ file)) as never;
        const pool = await snippetCase.open(module, engine, server);
        // A second in all: without a timeout below that, it answers. A single SLEEP() that MySQL stops answers 1 and no error.
        const slow = engine === 'postgres' ? 'select pg_sleep(1)' : 'select sleep(0.5) union all select sleep(0.5)';
        const { error } = await outcomeOf(pool.query(slow));
        expect(error?.message).toMatch(queryTimeout);
        await pool.end();
      });

      it(`of ${target} that the server refuses to set costs no place, and is said`, async () => {
        const { stdout } = await poolctl(`size --profile - --server ${engine} --emit ${target} --json`, settings);
        const { text } = JSON.parse(stdout).result.snippets[0];
        if (!text.includes('no query timeout:')) return;
        const said = vi.spyOn(console, 'error').mockImplementation(() => {});
        const file = `${folderOf(snippetCase)}/${target}-${engine}-refused.ts`;
        writeFileSync(file, text.replaceAll(/SET SESSION \w+/g, 'SET SESSION none_such'));
        setEnvironment(server);
        await nobodyThere(engine, server);
        const pool = await snippetCase.open((await import(/* @vite-ignore */ file)) as never, engine, server);
        for (let turn = 0; turn < 3; turn++) await pool.query();
        expect(await countSessions(engine, server)).toBe(1);
        expect(said).toHaveBeenCalledWith('no query timeout:', expect.stringContaining('none_such'));
        said.mockRestore();
        await pool.end();
      });
    });
  }
});

describe('one connection, and any number of requests that wait for ever', () => {
  const settings = '--connection-limit 1 --queue-limit 0 --acquire-timeout 0';
  const heldMs = 300; // a driver that takes 0, or what stands for ever, for no time at all gives up sooner

  for (const [snippetCase, engine] of all) {
    const { target } = snippetCase;
    describeWith(engine, (server) => {
      it(`is what the snippet for ${target} says with 1, 0 and 0`, async () => {
        const { stdout } = await poolctl(`emit ${target} --engine ${engine} ${settings} --json`);
        const file = `${folderOf(snippetCase)}/${target}-${engine}-edge.ts`;
        writeFileSync(file, JSON.parse(stdout).result.snippets[0].text);
        setEnvironment(server);
        const pool = await snippetCase.open((await import(/* @vite-ignore */ file)) as never, engine, server);
        const release = await pool.acquire();
        const outcomes = [...Array(30)].map(() => outcomeOf(pool.query()));
        await setTimeout(heldMs);
        expect(await countSessions(engine, server)).toBe(1);
        await release();
        for (const { error, tookMs } of await Promise.all(outcomes)) {
          expect(error).toBeUndefined();
          expect(tookMs).toBeGreaterThan(heldMs * 0.9);
        }
        await pool.end();
      });
    });
  }
});

const targetsByName = await allTargets();

describe('two connections, and nobody who waits', () => {
  const settings = '--connection-limit 2 --queue-limit none --acquire-timeout 5s';

  for (const [snippetCase, engine] of all) {
    const { target } = snippetCase;
    const refuses = targetsByName.some(
      ({ name, target: { engines, refusesAtOnce } }) => name === target && engines.includes(engine) && refusesAtOnce,
    );
    if (!refuses) continue;
    describeWith(engine, (server) => {
      it(`the snippet for ${target} refuses a third request at once, and serves again`, async () => {
        const { stdout } = await poolctl(`emit ${target} --engine ${engine} ${settings} --json`);
        const file = `${folderOf(snippetCase)}/${target}-${engine}-none.ts`;
        writeFileSync(file, JSON.parse(stdout).result.snippets[0].text);
        setEnvironment(server);
        const pool = await snippetCase.open((await import(/* @vite-ignore */ file)) as never, engine, server);
        await warmUp(pool, 2);
        const held = [outcomeOf(pool.acquire()), outcomeOf(pool.acquire())];
        const refused = await outcomeOf(pool.acquire());
        for (const outcome of held) await (await outcome).release?.();
        await refused.release?.();
        const served = await outcomeOf(pool.query());
        await pool.end();
        expect((await Promise.all(held)).flatMap(({ error }) => error ?? [])).toEqual([]);
        expect(refused.error).toBeDefined();
        expect(refused.tookMs).toBeLessThan(2_500);
        expect(served.error).toBeUndefined();
      });
    });
  }
});

/** Opens the connections, which may take longer than the acquire timeout where the machine is busy. */
async function warmUp(pool: SnippetPool, count = connectionLimit): Promise<void> {
  for (const release of await takeAll(pool, count)) await release();
}

/** Takes them one by one, so that none is lost where another comes too late at first. */
async function takeAll(pool: SnippetPool, count = connectionLimit): Promise<(() => unknown)[]> {
  const releases: (() => unknown)[] = [];
  while (releases.length < count) releases.push(await vi.waitFor(() => pool.acquire(), { timeout: 10_000 }));
  return releases;
}

/** A session of an earlier file may still be busy, with nobody who waits for it. */
async function nobodyThere(engine: LiveEngine, server: Server): Promise<void> {
  await vi.waitFor(async () => expect(await countSessions(engine, server)).toBe(0), { timeout: 30_000, interval: 100 });
}

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
