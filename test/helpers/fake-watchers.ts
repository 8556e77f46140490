import { PoolctlError } from '../../src/base/errors.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import type { TargetLook, Watcher } from '../../src/watch/look.ts';
import type { OpenWatcherOptions, WatchingOptions, WatchTarget } from '../../src/watch/options.ts';
import { group, targetLook } from './watch-state.ts';

/** What a fake server does when it is asked; `hang` until its connection is cut. */
export type FakeAnswer = TargetLook | (() => TargetLook) | PoolctlError | 'hang';

/** A server that is not there: it answers as the test says, and counts. */
export class FakeServer {
  readonly name: string;
  login: PoolctlError | 'hang' | undefined;
  answer: FakeAnswer = calmLook;
  /** How long an answer takes. */
  answerMs = 0;
  logins = 0;
  looks = 0;
  open = 0;
  asking = 0;
  mostAsking = 0;
  /** Times of the looks, by the clock of the process. */
  readonly lookedAt: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get target(): WatchTarget {
    return { name: this.name, server: new ConnectionTarget({ ...nowhere, host: this.name }) };
  }

  async logIn({ signal }: OpenWatcherOptions): Promise<Watcher> {
    this.logins += 1;
    if (this.login === 'hang') return untilCut(signal);
    if (this.login) throw this.login;
    this.open += 1;
    let isOpen = true;
    return {
      kind: 'postgres',
      look: () => this.#look(signal),
      close: async () => {
        if (isOpen) this.open -= 1;
        isOpen = false;
      },
    };
  }

  async #look(signal: AbortSignal): Promise<TargetLook> {
    this.looks += 1;
    this.lookedAt.push(performance.now());
    this.asking += 1;
    this.mostAsking = Math.max(this.mostAsking, this.asking);
    try {
      const { answer } = this;
      if (answer === 'hang') return await untilCut(signal);
      if (this.answerMs > 0) await new Promise((resolve) => setTimeout(resolve, this.answerMs));
      if (answer instanceof PoolctlError) throw answer;
      return { ...(typeof answer === 'function' ? answer() : answer), atMs: Date.now() };
    } finally {
      this.asking -= 1;
    }
  }
}

/** A look that raises no alarm. */
export const calmLook = targetLook({ groups: [group('api', 5)] });

const nowhere = { protocol: 'postgres', host: '', port: 1, user: 'monitor', tls: { mode: 'disable' } } as const;

function untilCut(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('cut')), { once: true });
  });
}

/** What makes `watchTargets` log in to these. */
export function openFake(servers: readonly FakeServer[]): Pick<WatchingOptions, 'open'> {
  return {
    open: (target, options) => {
      const server = servers.find(({ name }) => name === target.host);
      if (!server) throw new Error(`no fake server ${target.host}`);
      return server.logIn(options);
    },
  };
}

export const failures = {
  full: new PoolctlError('SERVER_FULL', 'The server is full.', { hint: 'Wait.' }),
  refused: new PoolctlError('AUTH_FAILED', 'The login was refused.', { hint: 'Check the password.' }),
  down: new PoolctlError('CONNECT_REFUSED', 'Nothing listens.', { hint: 'Is it up?' }),
  lost: new PoolctlError('CONNECTION_LOST', 'The connection was closed.', { hint: 'Look at the log.' }),
  slow: new PoolctlError('SERVER_TIMEOUT', 'The statement took too long.', { hint: 'Wait.' }),
};
