import type { Connection, Pool } from 'mysql2';
import { frameMysql } from '../../engines/mysql/framed.ts';
import { withTlsCode } from '../../engines/mysql/ssl.ts';
import { noteOpening } from '../failure.ts';
import type { LoadLine } from '../line.ts';

type Listener = (...args: never[]) => void;

/** Private fields of a mysql2 connection: the only place that tells its state while it opens. */
interface Wiring {
  /** From the server's first packet, before the login; threadId comes after it. */
  readonly connectionId?: number;
  readonly stream: { once(event: string, listener: Listener): void };
  startTLS(onSecure: Listener): void;
}

interface Inside {
  readonly _allConnections?: { readonly length: number; get?(index: number): Connection | undefined };
}

/** The pool's connection that was made with this configuration; mysql2 emits no event before the login. */
export function connectionWith(config: unknown, pool: Pool): Connection | undefined {
  const { _allConnections: all } = pool as unknown as Inside;
  for (let index = (all?.length ?? 0) - 1; index >= 0; index--) {
    const connection = all?.get?.(index);
    if (connection?.config === config) return connection;
  }
  return undefined;
}

/** Makes a connection report the parts of its opening to its line. */
export function wire(connection: Connection, line: LoadLine): void {
  const inside = connection as unknown as Wiring;
  frameMysql(connection, line, 'load');
  // A session that the server ends says so here, at any time; what runs on it fails, and the pool forgets it.
  // First of all listeners: another one tells the request that waits for the connection.
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
