/**
 * "Add it by hand": what `convert` tells a reader to add to a snippet for Node is added to the snippet, as a reader would,
 * and changes what the real package does with its sessions on a real server, which it does not without it.
 */

import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ByHand, counterpartIn } from '../../../src/convert/by-hand.ts';
import type { Concept } from '../../../src/declarations/concepts.ts';
import { emitSnippet } from '../../../src/emit/run.ts';
import type { Target } from '../../../src/emit/target.ts';
import { allTargets } from '../../../src/emit/targets/index.ts';
import { describeWith } from '../../helpers/live.ts';
import { root } from '../../helpers/run.ts';
import type { Server } from '../../helpers/servers/facts.ts';
import type { SnippetCase, SnippetPool } from './case.ts';
import { type Overseer, overseer, type Sessions } from './sessions-of-users.ts';

const connectionLimit = 2;
const idleMs = 2_000;

/** What the settings of a file may be, and what they are in its own unit. */
const wanted: Readonly<
  Partial<Record<Concept, readonly [unit: 'ms' | 'connections' | 'checkouts' | 'boolean', value: number | boolean]>>
> = {
  minIdle: ['connections', 1],
  maxIdle: ['connections', 1],
  idleTimeout: ['ms', idleMs],
  maxLifetime: ['ms', 1_000],
  keepAlive: ['boolean', true],
  validation: ['boolean', true],
  leakDetection: ['ms', 200],
  maxUses: ['checkouts', 2],
  exitOnIdle: ['boolean', true],
  handshakeTimeout: ['ms', 300],
  createRetryInterval: ['ms', 20],
  interactiveTransaction: ['ms', 300],
  idleInTransaction: ['ms', 300],
};

/** Targets whose options are another's, under the same names in the same place. */
const alike = new Set(['objection', 'nestjs-typeorm']);
/** Runs in Bun only: its sentences are parsed in test/unit/convert. */
const elsewhere = new Set(['bun-sql']);

const cases = new Map(
  await Promise.all(
    readdirSync(new URL('./cases/', import.meta.url)).map(async (file) => {
      const { default: own } = await import(/* @vite-ignore */ new URL(`./cases/${file}`, import.meta.url).href);
      return [(own as SnippetCase).target, own as SnippetCase] as const;
    }),
  ),
);

interface Sentence {
  readonly name: string;
  readonly concept: Concept;
  readonly target: Target;
  readonly hand: ByHand;
  readonly text: string;
}

async function sentencesFor(engine: 'postgres' | 'mariadb'): Promise<Sentence[]> {
  const settings = { connectionLimit, queueLimit: 0, acquireTimeoutMs: 30_000, connectTimeoutMs: 30_000 };
  const all = (await allTargets()).filter(
    ({ name, target }) =>
      target.language === 'ts' && target.engines.includes(engine) && !alike.has(name) && !elsewhere.has(name),
  );
  const each = all.map(async ({ name, target }) => {
    const { text } = await emitSnippet(name, settings, { engine });
    const found: Sentence[] = [];
    for (const [concept, [unit, value]] of Object.entries(wanted) as [Concept, ['ms', number]][]) {
      const option = { concept, name: concept, role: 'main', unit } as const;
      const beside = new Map<Concept, number>([['minIdle', 1]]);
      const hand = await counterpartIn(
        { target, text },
        { concept, option, value, connectionLimit, beside: concept === 'minIdle' ? beside : new Map() },
      );
      if (hand.kind === 'add') found.push({ name, concept, target, hand, text });
    }
    return found;
  });
  return (await Promise.all(each)).flat();
}

/** The snippet with options in it, each where its name says, or beside the one that limits the connections. */
function withOptions(text: string, hands: readonly ByHand[]): string {
  const options = hands.flatMap(({ option, value, with: beside }) => [{ option, value }, ...beside]);
  return options.reduce((before, { option, value }) => withOption(before, option, String(value)), text);
}

function withOption(text: string, option: string, value: string): string {
  const [name = '', folder] = option.split('.').reverse();
  const there = new RegExp(`\\b${name}: [\\w.]+`);
  if (there.test(text)) return text.replace(there, `${name}: ${value}`);
  const opening = new RegExp(`\\b${folder}: \\{`);
  if (folder !== undefined && opening.test(text)) return text.replace(opening, `$& ${name}: ${value},`);
  const field = folder === undefined ? `${name}: ${value},` : `${folder}: { ${name}: ${value} },`;
  const limit = /\b(?:max|connectionLimit|poolSize|maximumPoolSize): 2,/;
  if (!limit.test(text)) throw new Error(`there is no place for ${option} in:\n${text}`);
  return text.replace(limit, `${field} $&`);
}

/** What a pool has open in the end; undefined for one that closes nothing in this time. */
function mostOf({ kind, sentence }: Watched): number | undefined {
  if (kind !== 'idle') return kind === 'plain' ? undefined : 1;
  // Its floor, where it is one of the companions.
  return Number(sentence.hand.with.find(({ option }) => option === 'minimumIdle')?.value ?? 0);
}

/** A pool of a snippet with options by hand, and the user whose sessions are its own. */
interface Watched {
  readonly sentence: Sentence;
  readonly kind: 'plain' | 'idle' | 'least' | 'most' | 'pumped plain' | 'pumped';
  readonly user: string;
  readonly pool: SnippetPool;
}

const own = `.by-hand/${process.pid}`;
const folderOf = ({ folder }: SnippetCase) => `${root}test/${folder === undefined ? own : `packages/${folder}/${own}`}`;

function caseOf(name: string): SnippetCase {
  const found = cases.get(name);
  if (!found) throw new Error(`test/live/emit/cases has none for ${name}`);
  return found;
}

function setEnvironment({ host, port, password, database }: Server, user: string): void {
  const values = { HOST: host, PORT: String(port), USERNAME: user, PASSWORD: password, DATABASE: database };
  for (const [name, value] of Object.entries(values)) process.env[`DB_${name}`] = value;
}

let files = 0;

/** Opens the pool of a snippet with these options; each has a module of its own. */
async function open(
  { name, text }: Sentence,
  hands: readonly ByHand[],
  { engine, server, user }: { engine: 'postgres' | 'mariadb'; server: Server; user: string },
): Promise<SnippetPool> {
  const snippetCase = caseOf(name);
  files += 1;
  const file = `${folderOf(snippetCase)}/${name}-${engine}-${files}.ts`;
  // Some read the environment when they connect: by then it would be another's.
  writeFileSync(file, withOptions(text, hands).replaceAll(/process\.env\.DB_USERNAME!?/g, `'${user}'`));
  setEnvironment(server, user);
  return snippetCase.open((await import(/* @vite-ignore */ file)) as never, engine, server);
}

async function takeAndGive(pool: SnippetPool, count: number): Promise<void> {
  const releases: (() => unknown)[] = [];
  while (releases.length < count) releases.push(await pool.acquire());
  for (const release of releases) await release();
}

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    describe('what convert says to add by hand', async () => {
      const sentences = await sentencesFor(engine);
      const of = (...concepts: readonly Concept[]) => sentences.filter(({ concept }) => concepts.includes(concept));
      let watcher: Overseer;
      const users = Array.from({ length: 70 }, (_, index) => `hand_${index}`);
      const free = [...users];

      beforeAll(async () => {
        for (const name of new Set(sentences.map((one) => one.name))) {
          const folder = folderOf(caseOf(name));
          mkdirSync(folder, { recursive: true });
          for (const [path, text] of Object.entries(caseOf(name).files ?? {})) {
            mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
            writeFileSync(`${folder}/${path}`, text);
          }
        }
        for (const method of ['error', 'warn', 'log'] as const) vi.spyOn(console, method).mockReturnValue();
        watcher = await overseer(engine, server);
        await watcher.makeUsers(users);
      });
      afterAll(async () => {
        await watcher.end(users);
        for (const snippetCase of cases.values()) rmSync(folderOf(snippetCase), { recursive: true, force: true });
      });

      async function watch(
        sentence: Sentence,
        kind: Watched['kind'],
        hands: readonly (ByHand | undefined)[],
      ): Promise<Watched> {
        const user = free.pop();
        if (user === undefined) throw new Error('more pools than users');
        const given = hands.filter((hand) => hand !== undefined);
        const pool = await open(sentence, given, { engine, server, user });
        return { sentence, kind, user, pool };
      }

      async function end(pools: readonly Watched[]): Promise<void> {
        await Promise.all(pools.map(({ pool }) => Promise.race([pool.end(), setTimeout(2_000)]).catch(() => {})));
        free.push(...pools.map(({ user }) => user));
      }

      it('has a test for each of its sentences', () => {
        const tested: readonly Concept[] = [
          ...(['idleTimeout', 'minIdle', 'maxIdle', 'maxLifetime', 'maxUses', 'idleInTransaction'] as const),
          ...(['keepAlive', 'exitOnIdle', 'leakDetection'] as const),
          ...(['createRetryInterval', 'handshakeTimeout'] as const),
          // Of Prisma alone, from Prisma to itself: its client is generated.
          'interactiveTransaction',
        ];
        expect(
          sentences
            .map(({ name, concept }) => `${name} ${concept}`)
            .filter((one) => !tested.some((concept) => one.endsWith(concept))),
        ).toEqual([]);
        expect(of('idleTimeout').length).toBeGreaterThan(8);
      });

      it('closes what is idle after the time and not before, down to the minimum, and above the maximum', async () => {
        const pools: Watched[] = [];
        for (const one of of('idleTimeout')) {
          pools.push(await watch(one, 'plain', []), await watch(one, 'idle', [one.hand]));
        }
        for (const one of of('minIdle')) {
          const idle = await idleWithFloor(one);
          pools.push(await watch(one, 'least', [idle, one.hand]));
        }
        for (const one of of('maxIdle')) pools.push(await watch(one, 'most', [one.hand]));
        try {
          const startedAt = performance.now();
          const givenAt = new Map<string, number>();
          await Promise.all(
            pools.map(async ({ pool, kind, user }) => {
              await takeAndGive(pool, kind === 'plain' ? 1 : connectionLimit);
              givenAt.set(user, performance.now());
            }),
          );
          const early = new Map<string, number>();
          const count = (sessions: Sessions, { user }: Watched) => sessions.get(user)?.length ?? 0;
          let last: Sessions = new Map();
          for (;;) {
            last = await watcher.sessions();
            const now = performance.now();
            for (const one of pools) {
              if (now - (givenAt.get(one.user) ?? 0) < idleMs * 0.8) early.set(one.user, count(last, one));
            }
            const above = pools.filter((one) => (mostOf(one) ?? Number.POSITIVE_INFINITY) < count(last, one));
            if (above.length === 0 || now - startedAt > 20_000) break;
            await setTimeout(150);
          }
          const wrong = pools.filter((one) => count(last, one) !== (mostOf(one) ?? Math.max(1, count(last, one))));
          expect(wrong.map((one) => `${one.sentence.name} ${one.kind}: ${count(last, one)}`)).toEqual([]);
          const tooEarly = pools.filter(({ kind, user }) => kind === 'idle' && (early.get(user) ?? 1) === 0);
          expect(tooEarly.map(({ sentence }) => sentence.name)).toEqual([]);
        } finally {
          await end(pools);
        }
      });

      /** The idle timeout of the same target, with the companions that go with a minimum. */
      async function idleWithFloor({ target, text }: Sentence): Promise<ByHand | undefined> {
        const option = { concept: 'idleTimeout', name: 'idleTimeout', role: 'main', unit: 'ms' } as const;
        const beside = new Map<Concept, number>([['minIdle', 1]]);
        const hand = await counterpartIn(
          { target, text },
          { concept: 'idleTimeout', option, value: idleMs, connectionLimit, beside },
        );
        return hand.kind === 'add' ? hand : undefined;
      }

      it('ends connections by age, by use and in a transaction that idles', async () => {
        const pools: Watched[] = [];
        const pumped = of('maxLifetime', 'maxUses');
        for (const one of [...pumped.filter((each) => each.concept === 'maxLifetime')]) {
          pools.push(await watch(one, 'pumped plain', []));
        }
        for (const one of pumped) pools.push(await watch(one, 'pumped', [one.hand]));
        const idling: Watched[] = [];
        for (const one of of('idleInTransaction')) idling.push(await watch(one, 'plain', [one.hand]));
        try {
          for (const { pool } of idling) await pool.query('begin').catch(() => {});
          const seen = new Map<string, Set<number>>();
          const ended = async () => {
            const sessions = await watcher.sessions();
            return idling.filter(({ user }) =>
              (sessions.get(user) ?? []).some((id) => seen.get(user)?.has(id) ?? true),
            );
          };
          for (const { user } of idling) seen.set(user, new Set((await watcher.sessions()).get(user) ?? []));
          await vi.waitFor(
            async () => {
              await Promise.all(pools.map(({ pool }) => pool.query()));
              const sessions = await watcher.sessions();
              for (const { user } of pools) {
                seen.set(user, new Set([...(seen.get(user) ?? []), ...(sessions.get(user) ?? [])]));
              }
              const few = pools.filter(({ kind, user }) => kind === 'pumped' && (seen.get(user)?.size ?? 0) < 2);
              expect(few.map(({ sentence }) => `${sentence.name} ${sentence.concept}`)).toEqual([]);
              expect((await ended()).map(({ sentence }) => sentence.name)).toEqual([]);
            },
            { timeout: 15_000, interval: 150 },
          );
          const renewed = pools.filter(({ kind, user }) => kind === 'pumped plain' && (seen.get(user)?.size ?? 0) > 1);
          expect(renewed.map(({ sentence }) => sentence.name)).toEqual([]);
        } finally {
          await end([...pools, ...idling]);
        }
      });

      it.each(of('keepAlive', 'exitOnIdle').map((one) => [one.name, one.concept, one] as const))(
        '%s does with its sockets what %s says',
        async (_name, concept, one) => {
          const method = concept === 'keepAlive' ? 'setKeepAlive' : 'unref';
          const callsWith = async (hands: readonly ByHand[]) => {
            const spy = vi.spyOn(Socket.prototype, method);
            const opened = await watch(one, 'plain', hands);
            try {
              await opened.pool.query();
              await setTimeout(20);
              return spy.mock.calls.filter(([on]) => method === 'unref' || on === true).length;
            } finally {
              spy.mockRestore();
              await end([opened]);
            }
          };
          expect(await callsWith([one.hand])).toBeGreaterThan(await callsWith([]));
        },
      );

      it.each(of('createRetryInterval', 'handshakeTimeout').map((one) => [one.name, one.concept, one] as const))(
        '%s meets a server that is not there as %s says',
        async (_name, concept, one) => {
          let attempts = 0;
          const stub = createServer((socket) => {
            attempts += 1;
            socket.on('error', () => {});
            if (concept !== 'handshakeTimeout') socket.destroy();
          });
          stub.listen(0, '127.0.0.1');
          await once(stub, 'listening');
          const { port } = stub.address() as AddressInfo;
          const away = { ...server, host: '127.0.0.1', port };
          const fateOf = async (hands: readonly ByHand[]) => {
            attempts = 0;
            const pool = await open(one, hands, { engine, server: away, user: server.user });
            const waits = pool.acquire().then(
              () => 'served',
              () => 'gave up',
            );
            const fate = await Promise.race([waits, setTimeout(1_000, 'waits')]);
            const tried = attempts;
            await Promise.race([pool.end(), setTimeout(100)]).catch(() => {});
            return { fate, tried };
          };
          try {
            const [by, without] = [await fateOf([one.hand]), await fateOf([])];
            if (concept === 'createRetryInterval') expect(by.tried).toBeGreaterThan(2 * without.tried);
            else expect([by.fate, without.fate]).toEqual(['gave up', 'waits']);
          } finally {
            stub.close();
          }
        },
      );

      it.each(of('leakDetection').map((one) => [one.name, one] as const))('%s reports a leak', async (_name, one) => {
        const reported = async (hands: readonly ByHand[]) => {
          const opened = await watch(one, 'plain', hands);
          const before = vi.mocked(console.log).mock.calls.length;
          const release = await opened.pool.acquire();
          await setTimeout(400);
          await release();
          const lines = vi.mocked(console.log).mock.calls.slice(before).flat();
          await end([opened]);
          return lines.some((line) => /leak/.test(String(line)));
        };
        expect(await reported([one.hand])).toBe(true);
        expect(await reported([])).toBe(false);
      });
    });
  });
}
