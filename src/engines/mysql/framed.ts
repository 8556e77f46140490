import type { Connection } from 'mysql2';
import { FrameFault } from '../framing/fault.ts';
import type { Line } from '../line.ts';
import { MysqlFraming } from './framing.ts';

/** Private to mysql2: what its socket, encrypted or not, gives each chunk to, and what sends a command. */
interface Parsing {
  packetParser: { execute(chunk: Buffer): void };
  /** The number that the next message must have; 0 where a command begins. */
  readonly sequenceId: number;
  readonly _mariadbExtendedMetadata?: boolean;
  writePacket(packet: { readonly buffer: Buffer }): void;
}

const headerBytes = 4;
const errorMark = 0xff;

/** Puts the framing between the socket of a connection that is being made and mysql2's parser. */
export function frameMysql(connection: Connection, line: Line, kind: 'questions' | 'load'): void {
  const inside = connection as unknown as Parsing;
  const parser = inside.packetParser;
  const write = inside.writePacket.bind(connection);
  const framing = new MysqlFraming(kind, () => inside._mariadbExtendedMetadata === true);
  const handOn = (message: Buffer) => {
    if (message[3] !== inside.sequenceId) {
      // A server that ends a session may say so out of turn, about which mysql2 would print a line.
      if (message[headerBytes] !== errorMark) throw new FrameFault('a message out of turn');
      message[3] = inside.sequenceId;
    }
    parser.execute(message);
  };
  inside.writePacket = (packet) => {
    if (inside.sequenceId === 0) framing.asks(packet.buffer[headerBytes] ?? 0);
    write(packet);
  };
  inside.packetParser = {
    execute(chunk) {
      if (kind === 'questions') {
        line.read(() => framing.take(chunk, handOn));
        return;
      }
      const messages = line.read(() => framing.take(chunk));
      // What a load does with an answer happens within the parser, and its errors are no faults of the server.
      if (messages && messages.length > 0) parser.execute(messages);
    },
  };
}
