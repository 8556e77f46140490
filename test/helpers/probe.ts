import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { poolctl, type Ran, root, type Surroundings } from './run.ts';
import type { Server } from './servers/facts.ts';
import { countSessions, dsn, type Login, ordinary, type Protocol, type Session } from './sessions.ts';

/** Where a load goes in a test, and who watches it from outside. */
export interface Place {
  readonly protocol: Protocol;
  readonly server: Server;
  readonly watcher: Session;
}

/** The DSN of a server's ordinary user; `change`: a proxy's port, another password. */
export function urlOf({ protocol, server }: Omit<Place, 'watcher'>, change: Partial<Login> = {}): string {
  return dsn(protocol, { ...ordinary(server), ...change });
}

/** Flags that most loads of tests have: four connections that nearly always work, in statements of 20 ms. */
export const steady = ['--hold', '20ms', '--connection-limit', '4', '--concurrency', '4'] as const;

/** `poolctl probe` in this process, by a DSN in the environment. */
export function probe(url: string, flags: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const env = { DATABASE_URL: url, ...surroundings.env };
  return poolctl(['probe', ...flags], { ...surroundings, env });
}

/** The document on stdout, which has to be one of a result. */
export function documentOf({ stdout }: Pick<Ran, 'stdout'>): ProbeDocument {
  const document = JSON.parse(stdout) as ProbeDocument;
  const { error } = document;
  if (error && !document.result) throw new Error(`No result, but ${error.code}: ${error.message}`);
  return document;
}

/** As far as tests look at it. */
export interface ProbeDocument {
  readonly schema: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly result: import('../../src/probe/result.ts').ProbeResult & {
    readonly snippets?: readonly { readonly text: string }[];
  };
  readonly warnings: readonly { readonly code: string }[];
}

/** Waits until the load's connections are open: so many, and the one that watches. */
export async function loaded({ protocol, server, watcher }: Place, connections: number): Promise<void> {
  const look = async () =>
    expect(await countSessions(protocol, watcher, server.user)).toBeGreaterThanOrEqual(connections + 1);
  await vi.waitFor(look, { timeout: 20_000, interval: 20 });
}

/** Statements of the user that are running now. */
export async function running({ protocol, server, watcher }: Place): Promise<number> {
  const sql = {
    postgres: `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE usename = '${server.user}' AND state = 'active' AND backend_type = 'client backend'`,
    mysql: `SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST
      WHERE USER = '${server.user}' AND COMMAND IN ('Query', 'Execute')`,
  };
  const [row] = await watcher.rows(sql[protocol]);
  return Number(row?.['n']);
}

/** Tables and schemas that a load has made and not removed. */
export async function objects({ protocol, watcher }: Pick<Place, 'protocol' | 'watcher'>): Promise<string[]> {
  const rows = await watcher.rows(
    `SELECT table_schema AS place, table_name AS name FROM information_schema.tables
      WHERE table_schema LIKE 'poolctl%' OR table_name LIKE 'poolctl%'`,
  );
  const schemas =
    protocol === 'postgres' ? await watcher.rows(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'poolctl%'`) : [];
  return [...rows, ...schemas].map((row) => JSON.stringify(row));
}

/** The real binary, at work in a process of its own. */
export interface Child {
  readonly pid: number;
  /** What it has written so far. */
  readonly written: { stdout: string; stderr: string };
  kill(signal: NodeJS.Signals): void;
  /** How it ended, and how long after the last signal. */
  readonly ended: Promise<Ran & { readonly signal: NodeJS.Signals | null; readonly afterMs: number }>;
}

/** Starts the built binary; whoever starts it waits for `ended`. */
export function spawnProbe(flags: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const program = `${root}bin/poolctl`;
  if (!existsSync(`${root}dist/main.js`)) throw new Error('npm run build comes before the tests of the binary');
  const child: ChildProcess = spawn(process.execPath, [program, 'probe', ...flags], {
    env: { ...process.env, FORCE_COLOR: '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  let signalledAt = performance.now();
  return {
    pid: child.pid ?? 0,
    written,
    kill(signal) {
      signalledAt = performance.now();
      child.kill(signal);
    },
    ended: once(child, 'close').then(([exitCode, signal]) => ({
      ...written,
      ...{ exitCode: Number(exitCode), signal, afterMs: performance.now() - signalledAt },
    })),
  };
}

/** One error for the user: its code, what happened, what to do; and nothing of the inside of the program. */
export function expectOneError({ stderr }: Pick<Ran, 'stderr'>, ...codes: readonly string[]): void {
  const [error, second] = stderr.match(/^error\[\w+\]/gm) ?? [];
  expect(codes.map((code) => `error[${code}]`)).toContain(error);
  expect(second).toBeUndefined();
  expect(stderr).toMatch(/^ {2}hint: \S/m);
  expect(stderr).not.toMatch(/^\s+at |^bug:|NaN|undefined|\[object/m);
}
