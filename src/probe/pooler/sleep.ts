import type { LoadConnection } from '../../drivers/driver.ts';
import type { Protocol } from '../../engines/target.ts';

/** Lets the server sleep on this connection. Resolves when that is over, however it ended. */
export function sleepFor(connection: LoadConnection, protocol: Protocol, seconds: number): Promise<void> {
  const text = protocol === 'postgres' ? `SELECT pg_sleep(${seconds})` : `SELECT SLEEP(${seconds})`;
  return new Promise((resolve) => connection.run({ text, prepared: false }, [], () => resolve()));
}
