import type { Connection } from 'mysql2';
import { FrameFault } from '../framing/fault.ts';
import type { Line } from '../line.ts';
import { MysqlFraming } from './framing.ts';

/** Private to mysql2: what its socket, encrypted or not, gives each chunk to, and the state that it checks a message by. */
interface Parsing {
  packetParser: { execute(chunk: Buffer): void };
  readonly sequenceId: number;
  readonly _mariadbExtendedMetadata?: boolean;
}

const errorMark = 0xff;

/**
 * Puts the framing between the socket of a connection that is being made and mysql2's parser; of a load only until it is
 * logged in: then a message cannot announce more than 16 MB, and mysql2 catches the errors of its parser itself.
 */
export function frameMysql(connection: Connection, line: Line, kind: 'questions' | 'load'): void {
  const inside = connection as unknown as Parsing;
  const parser = inside.packetParser;
  const framing = new MysqlFraming(kind, () => inside._mariadbExtendedMetadata === true);
  const handOn = (message: Buffer) => {
    if (message[3] !== inside.sequenceId) {
      // A server that ends a session may say so out of turn, about which mysql2 would print a line.
      if (message[4] !== errorMark) throw new FrameFault('a message out of turn');
      message[3] = inside.sequenceId;
    }
    parser.execute(message);
  };
  inside.packetParser = {
    execute(chunk) {
      line.read(() => framing.take(chunk, handOn));
      if (kind === 'load' && !framing.isLoggingIn) inside.packetParser = parser;
    },
  };
}
