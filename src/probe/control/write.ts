import { within } from '../../base/deadline.ts';
import type { LoadConnection, LoadDriver } from '../../drivers/driver.ts';
import { failure } from '../../engines/failure.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import { isShardTag } from './tags.ts';

const statementMs = 60_000;
const lockMs = 10_000;

interface Writing {
  readonly driver: LoadDriver;
  readonly target: ConnectionTarget;
  readonly tag: string;
  readonly timeoutMs: number;
  /** The driver's errors as ours. */
  explain(error: Error): Error;
  /** What the server says where the user may not. */
  isForbidden(error: Error): boolean;
}

/** Runs the statements one after the other, on a session that lives no longer; each may take a minute. */
export async function writeOnOwnSession(writing: Writing, statements: readonly string[]): Promise<void> {
  const { driver, target, tag, timeoutMs } = writing;
  const safety = {
    tag,
    ...(isShardTag(tag) && { isTagged: true }),
    readOnly: false,
    statementTimeoutMs: statementMs,
    lockTimeoutMs: lockMs,
    idleTimeoutMs: statementMs,
  };
  const never = new AbortController().signal;
  const { connection, close } = await driver.connect({ target, safety }, timeoutMs, never);
  try {
    for (const text of statements) {
      await within(run(connection, text), statementMs + timeoutMs, never, () => new Error('no answer')).catch(
        (error) => {
          throw writing.isForbidden(error) ? forbidden(target, error) : writing.explain(error);
        },
      );
    }
  } finally {
    await close();
  }
}

function run(connection: LoadConnection, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.run({ text, prepared: false }, [], (error) => (error ? reject(error) : resolve()));
  });
}

function forbidden({ user, database, address }: ConnectionTarget, cause: Error): Error {
  return failure(
    'PRIVILEGE_MISSING',
    `"${user}" may not make what this workload needs in ${database === undefined ? address : `the database "${database}"`}.`,
    'GRANT CREATE ON the database TO the user, or choose a workload that only reads.',
    cause,
  );
}
