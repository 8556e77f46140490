import type { PoolClient } from 'pg';
import { PooledConnection } from '../connection.ts';
import type { LoadStatement, LoadValue } from '../driver.ts';
import type { OneByOne } from '../one-by-one.ts';
import type { LoadClient } from './client.ts';

/** A pg client while the load has it. */
export class PostgresConnection extends PooledConnection {
  readonly #client: LoadClient;
  readonly #returns: OneByOne;
  readonly #release = (): void => this.#pooled.release();

  /**
   * `returns`: of the pool. pg-pool serves the next request within release(), and a request that is over gives its client
   * back at once: each within the other, a queue of some thousands would overflow the stack.
   */
  constructor(client: LoadClient, returns: OneByOne) {
    super(client.line);
    this.#client = client;
    this.#returns = returns;
  }

  run({ text, prepared }: LoadStatement, values: readonly LoadValue[], done: (error: Error | undefined) => void): void {
    const answered = (error: Error | null) => done(error ?? undefined);
    const { tagged } = this.#client;
    if (tagged) {
      // Without a name: the next request may run on another session.
      if (values.length > 0) this.#client.query(tagged(text), values as LoadValue[], answered);
      else this.#client.query(tagged(text), answered);
      return;
    }
    if (prepared) this.#client.query({ name: nameOf(text), text, values: values as LoadValue[] }, answered);
    else if (values.length > 0) this.#client.query(text, values as LoadValue[], answered);
    else this.#client.query(text, answered);
  }

  sayGoodbye(): void {
    this.#client.end(() => {});
  }

  protected override giveBack(): void {
    this.#returns.run(this.#release);
  }

  protected override discard(): void {
    this.#returns.run(() => this.#pooled.release(true));
  }

  protected override ping(): void {
    this.#client.query('', () => {});
  }

  /** pg-pool puts another release() on the client each time that it gives it out. */
  get #pooled(): PoolClient {
    return this.#client as unknown as PoolClient;
  }
}

const names = new Map<string, string>();

/** One name for each text: PostgreSQL's own are at most 63 bytes. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `poolctl_${names.size + 1}`;
  names.set(text, name);
  return name;
}
