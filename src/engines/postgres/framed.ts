import type { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import type { Line } from '../line.ts';
import { PostgresFraming } from './framing.ts';

const nothing = Buffer.alloc(0);

type Reads = (chunk: Buffer) => void;

/** Private to pg: its connection hands the socket, encrypted or not, to its parser by this method. */
interface Attaching {
  attachListeners(stream: Pick<EventEmitter, 'on'>): void;
}

/** Puts the framing between the socket of a client that is about to connect and pg's parser. */
export function framePostgres(client: Client, line: Line, kind: 'questions' | 'load'): void {
  const { connection } = client as unknown as { readonly connection: Attaching };
  const attach = connection.attachListeners.bind(connection);
  const framing = new PostgresFraming(kind);
  const before = (parse: Reads): Reads => {
    const take = (chunk: Buffer) => line.read(() => framing.take(chunk)) ?? nothing;
    return (chunk) => {
      const messages = take(chunk);
      if (messages.length === 0) return;
      // What a load does with an answer happens within the parser, and its errors are no faults of the server.
      if (kind === 'load') parse(messages);
      else line.read(() => parse(messages));
    };
  };
  connection.attachListeners = (stream) =>
    attach({
      on(event: string, listener: Reads) {
        return stream.on(event, event === 'data' ? before(listener) : listener);
      },
    } as Pick<EventEmitter, 'on'>);
}
