import type mysql from 'mysql2';
import { PooledConnection } from '../connection.ts';
import type { LoadStatement, LoadTarget, LoadValue } from '../driver.ts';
import { ownFailure } from '../failure.ts';
import type { LoadLine } from '../line.ts';
import { tagger } from '../tag.ts';

type Connection = mysql.PoolConnection | mysql.Connection;

/** A mysql2 connection while the load has it. */
export class MysqlConnection extends PooledConnection {
  readonly #connection: Connection;
  readonly #isEnding: () => boolean;
  readonly #wasGivenBack: () => void;
  /** Puts the tag before a text. */
  readonly #tagged: ((text: string) => string) | undefined;
  /** A prepared statement would be in one session of a pooler, and its execution in another. */
  readonly #mayPrepare: boolean;

  constructor(
    connection: Connection,
    line: LoadLine,
    { safety }: LoadTarget,
    isEnding: () => boolean = () => false,
    wasGivenBack: () => void = () => {},
  ) {
    super(line);
    this.#tagged = safety.isPooled || safety.isTagged ? tagger(safety.tag) : undefined;
    this.#mayPrepare = !safety.isPooled;
    this.#connection = connection;
    this.#isEnding = isEnding;
    this.#wasGivenBack = wasGivenBack;
  }

  run(statement: LoadStatement, values: readonly LoadValue[], done: (error: Error | undefined) => void): void {
    const { prepared, isSleep, isCheck } = statement;
    const text = this.#tagged ? this.#tagged(statement.text) : statement.text;
    let isDone = false;
    const answered = (error: Error | null, rows?: unknown) => {
      // A connection that is lost while it prepares fails both the preparing and the executing.
      if (isDone) return;
      isDone = true;
      if (error) done(error);
      else if (isSleep && isOne(rows)) done(ownFailure('SLEEP_INTERRUPTED', 'the server cut a sleep short'));
      else if (isCheck && isOne(rows))
        done(ownFailure('SESSION_CHANGED', 'a statement changed settings of its session'));
      else done(undefined);
    };
    if (prepared && this.#mayPrepare) this.#connection.execute(text, values as LoadValue[], answered);
    else if (values.length > 0) this.#connection.query(text, values as LoadValue[], answered);
    else this.#connection.query(text, answered);
  }

  /** The pool is made with gracefulEnd, with which end() takes a pooled connection out of the pool. */
  sayGoodbye(): void {
    this.#connection.end();
  }

  protected override giveBack(): void {
    this.#wasGivenBack();
    if (this.#isEnding()) this.sayGoodbye();
    else if ('release' in this.#connection) this.#connection.release();
  }

  protected override discard(): void {
    this.#wasGivenBack();
    this.#connection.destroy();
  }

  protected override ping(): void {
    this.#connection.ping(() => {});
  }
}

/** SLEEP() answers 1, without an error, where a limit or KILL QUERY ended it. */
function isOne(rows: unknown): boolean {
  const [row] = Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  return row !== undefined && Object.values(row)[0] === 1;
}
