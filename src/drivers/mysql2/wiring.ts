import type { Connection, Pool } from 'mysql2';
import { withTlsCode } from '../../engines/mysql/ssl.ts';
import { noteOpening } from '../failure.ts';
import type { LoadLine } from '../line.ts';

type Listener = (...args: never[]) => void;

/** What mysql2 keeps to itself of a connection, and says nowhere else while one opens. */
interface Wiring {
  /** Told by the server's first packet, before the login; threadId comes after it. */
  readonly connectionId?: number;
  readonly stream: { once(event: string, listener: Listener): void };
  startTLS(onSecure: Listener): void;
}

interface Inside {
  readonly _allConnections?: { readonly length: number; get?(index: number): Connection | undefined };
}

/** The connection of a pool that was made with this configuration; no event tells of one before it is logged in. */
export function connectionWith(config: unknown, pool: Pool): Connection | undefined {
  const { _allConnections: all } = pool as unknown as Inside;
  for (let index = (all?.length ?? 0) - 1; index >= 0; index--) {
    const connection = all?.get?.(index);
    if (connection?.config === config) return connection;
  }
  return undefined;
}

/** Has a connection tell its line what happens while it opens. */
export function wire(connection: Connection, line: LoadLine): void {
  const inside = connection as unknown as Wiring;
  // A session that the server ends says so here, at any time; what runs on it fails, and the pool forgets it.
  // First of all listeners: who waits for the connection is told by another one.
  connection.prependListener('error', (error) => {
    if (line.wasOpened) return;
    noteOpening(withTlsCode(error, inside.stream), line);
    line.cut();
  });
  line.socket.once('data', () => {
    // mysql2 has read the packet: its own listener came first.
    line.processId = inside.connectionId;
  });
  const { startTLS } = inside;
  Object.assign(connection, {
    startTLS(onSecure: Listener) {
      startTLS.call(connection, onSecure);
      inside.stream.once('secureConnect', () => line.mark('tls'));
    },
  });
}
