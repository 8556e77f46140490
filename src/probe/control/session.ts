import { within } from '../../base/deadline.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Row } from '../../engines/rows.ts';
import type { OpenOptions, Session } from '../../engines/session.ts';

/** After these errors the session still answers. */
const answers: readonly string[] = ['QUERY_FAILED', 'PRIVILEGE_MISSING', 'SERVER_TIMEOUT'];

const closeMs = 500;
const never = new AbortController().signal;

/**
 * A session that outlives the load. It answers one question after the other, and is opened anew where it was lost. The
 * signal that stops the load does not stop it, because it must clean up after that.
 */
export class ControlSession<S extends Session> {
  readonly #open: (options: OpenOptions) => Promise<S>;
  readonly #options: OpenOptions;
  #session: S;
  readonly #closing: AbortController;
  #isLost = false;
  #last: Promise<unknown> = Promise.resolve();

  static async open<S extends Session>(
    open: (options: OpenOptions) => Promise<S>,
    { timeoutMs, signal }: OpenOptions,
  ): Promise<ControlSession<S>> {
    let isOpen = false;
    const closing = new AbortController();
    const options = {
      timeoutMs,
      get signal() {
        return isOpen ? closing.signal : signal;
      },
    };
    const session = await open(options);
    isOpen = true;
    return new ControlSession(open, options, session, closing);
  }

  private constructor(
    open: (options: OpenOptions) => Promise<S>,
    options: OpenOptions,
    session: S,
    closing: AbortController,
  ) {
    this.#closing = closing;
    this.#open = open;
    this.#options = options;
    this.#session = session;
  }

  get session(): S {
    return this.#session;
  }

  rows(sql: string): Promise<Row[]> {
    return this.ask((session) => session.rows(sql));
  }

  /** Asks several questions without another caller's in between. */
  ask<T>(question: (session: S) => Promise<T>): Promise<T> {
    const answer = this.#last.then(() => this.#answer(question));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    await within(this.#last, closeMs, never, () => new Error('no answer')).catch(() => {});
    // A missing answer does not delay the end: what is asked or opened now is aborted.
    this.#closing.abort();
    await this.#session.close();
  }

  async #answer<T>(question: (session: S) => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) throw new Error('The control connection was closed.');
    if (this.#isLost) {
      this.#session = await this.#open(this.#options);
      this.#isLost = false;
    }
    try {
      return await question(this.#session);
    } catch (error) {
      this.#isLost = !(error instanceof PoolctlError && answers.includes(error.code));
      throw error;
    }
  }
}
