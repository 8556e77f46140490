/** Inside of a connection of mysql2: it keeps the server's status word from nobody's sight but its own. */
export interface TellsStatus {
  _command?: object | null;
  handlePacket?: (packet?: StatusPacket) => void;
}

interface StatusPacket {
  readonly buffer: Buffer;
  /** Where its header of 4 bytes begins. */
  readonly start: number;
  readonly end: number;
}

/** SERVER_STATUS_IN_TRANS: https://mariadb.com/kb/en/ok_packet/#server-status-flag */
const inTransaction = 0x0001;

/** The server ends the session with it: ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_CONNECTION_KILLED, and for idleness. */
const lastWords: ReadonlySet<number> = new Set([1053, 1077, 1079, 1927, 4031]);

/**
 * Tells when the server says that it ends the session: its socket closes a moment later. Gives
 * whether a transaction is open, by the last packet of each answer: OK and EOF carry the server's status. Where mysql2 has
 * no such inside (any more), it is unknown, and counts as open.
 */
export function watchStatus(connection: TellsStatus, lost: () => void): () => boolean {
  const { handlePacket } = connection;
  if (typeof handlePacket !== 'function' || !('_command' in connection)) return () => true;
  let isOpen = false;
  connection.handlePacket = (packet) => {
    const command = connection._command;
    handlePacket.call(connection, packet);
    if (!packet || !command || connection._command === command || command.constructor.name === 'Prepare') return;
    const body = packet.buffer.subarray(packet.start + 4, packet.end);
    if (body[0] === 0xff && lastWords.has(body.readUInt16LE(1))) lost();
    const status = statusOf(body);
    if (status !== undefined) isOpen = (status & inTransaction) !== 0;
  };
  return () => isOpen;
}

/** The status of an OK or EOF packet; undefined for any other. */
function statusOf(body: Buffer): number | undefined {
  if (body[0] === 0xfe && body.length === 5) return body.readUInt16LE(3);
  if (body[0] !== 0x00) return undefined;
  const affected = 1 + lengthAt(body, 1);
  const at = affected + lengthAt(body, affected);
  return at + 2 <= body.length ? body.readUInt16LE(at) : undefined;
}

/** How many bytes a length-encoded number takes. */
function lengthAt(body: Buffer, at: number): number {
  switch (body[at]) {
    case 0xfc:
      return 3;
    case 0xfd:
      return 4;
    case 0xfe:
      return 9;
    default:
      return 1;
  }
}
