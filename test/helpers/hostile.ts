import { setTimeout as sleep } from 'node:timers/promises';
import { openServer } from '../../src/engines/open.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import { mutated, ReplayServer, recordAnswers, type Turns, withoutLogin } from './mutated-answers.ts';
import type { Login, Protocol } from './sessions.ts';

type Ask = (protocol: Protocol, login: Login, timeoutMs: number) => Promise<void>;

/** All that inspect and measure ask, by the sources or by what was built. */
export function askWith(by: {
  readonly openServer: typeof openServer;
  readonly ConnectionTarget: typeof ConnectionTarget;
}): Ask {
  return async (protocol, { host, port, user, password, database }, timeoutMs) => {
    const target = new by.ConnectionTarget({
      ...{ protocol, host, port, user, password, tls: { mode: 'disable' } },
      ...(database !== undefined && { database }),
    });
    const server = await by.openServer(target, { timeoutMs, signal: new AbortController().signal });
    try {
      await server.facts();
      const meter = await server.meter();
      await meter.reading();
      await meter.sample();
    } finally {
      await server.session.close();
    }
  };
}

const askAll = askWith({ openServer, ConnectionTarget });

/** What a real server answers to all that. */
export async function recordedTurns(protocol: Protocol, login: Login, ask = askAll): Promise<Turns> {
  const turns = await recordAnswers(login, (port) => ask(protocol, { ...login, host: '127.0.0.1', port }, 5_000));
  return withoutLogin(protocol, turns);
}

export interface Outcome {
  /** `OK`, the code of a PoolctlError, or what else was thrown. */
  readonly code: string;
  readonly way: string;
  /** Connections that were still open some time after the end. */
  readonly left: number;
  readonly tookMs: number;
  readonly seed: number | undefined;
}

/** What poolctl makes of a recording: with one thing wrong by the seed, or as it is. */
export async function outcomeOf(
  protocol: Protocol,
  turns: Turns,
  seed: number | undefined,
  timeoutMs: number,
  ask = askAll,
): Promise<Outcome> {
  const { way, turns: said } = seed === undefined ? { way: 'none', turns } : mutated(protocol, turns, seed);
  const server = await ReplayServer.start(said);
  const login = { host: '127.0.0.1', port: server.port, user: 'app', password: 'secret' };
  const begun = performance.now();
  const code = await ask(protocol, login, timeoutMs).then(
    () => 'OK',
    (error: Error & { code?: string }) =>
      error.name === 'PoolctlError' ? String(error.code) : `${error.name}: ${error.message}`,
  );
  const tookMs = performance.now() - begun;
  for (let turn = 0; turn < 20 && server.open > 0; turn += 1) await sleep(10);
  const left = server.open;
  server.close();
  return { code, way, left, tookMs, seed };
}

/** So many seeds, some of them at once; a hang of one is a hang of all. */
export async function outcomesOf(
  protocol: Protocol,
  turns: Turns,
  {
    from = 0,
    count,
    atOnce = 32,
    timeoutMs = 250,
    ask = askAll,
  }: { from?: number; count: number; atOnce?: number; timeoutMs?: number; ask?: Ask },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = from;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < from + count) {
        const seed = next;
        next += 1;
        outcomes.push(await outcomeOf(protocol, turns, seed, timeoutMs, ask));
      }
    }),
  );
  return outcomes;
}
