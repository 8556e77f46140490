import { Cleanup } from './cleanup.ts';
import type { Wishes } from './engine.ts';
import type { Server } from './facts.ts';
import { mariadb } from './mariadb.ts';
import { mysql } from './mysql.ts';
import { postgres, postgres10, postgres13, postgres15, postgres16, postgres17 } from './postgres.ts';
import { startHere } from './prepare.ts';

const engines = { postgres, postgres10, postgres13, postgres15, postgres16, postgres17, mariadb, mysql } as const;

export interface OwnServer extends Server {
  readonly pid: number;
  /** Stops it and removes all that it left, even when it is frozen or has already ended. */
  stop(): Promise<void>;
  /** Reaches the server's children too: SIGSTOP freezes the whole server, SIGCONT thaws it. */
  signal(name: NodeJS.Signals): void;
  /** Ends it and starts it again: `stop` as a clean restart that waits for nobody, `kill` as after a crash. */
  restart(how: 'stop' | 'kill', whileDown?: () => Promise<void>): Promise<void>;
}

/**
 * A server for one test file, which may set, freeze or kill it as it likes, and must stop it. It ends with the test's
 * process in any case. Throws `Unavailable` where `describeWith` would skip.
 */
export async function startOwn(
  engine: keyof typeof engines,
  settings: Readonly<Record<string, string | number>> = {},
  options: Pick<Wishes, 'hba' | 'openFiles'> = {},
): Promise<OwnServer> {
  const cleanup = new Cleanup();
  try {
    const { server, running } = await startHere(engines[engine], cleanup, { settings, ...options });
    const { process } = running;
    return {
      ...server,
      pid: process.pid,
      stop: cleanup.run,
      signal: (name) => process.signal(name),
      restart: (how, whileDown) => process.restart(how, whileDown),
    };
  } catch (error) {
    await Promise.allSettled([cleanup.run()]);
    throw error;
  }
}
