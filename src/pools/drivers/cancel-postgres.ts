import { connect } from 'node:net';

interface Cancelled {
  readonly host: string;
  readonly port: number;
  readonly processId: number;
  readonly secretKey: number;
}

/** https://www.postgresql.org/docs/18/protocol-message-formats.html, CancelRequest */
const cancelCode = 80_877_102;
/** A network that swallows it must not keep the socket. */
const limitMs = 1_000;

/**
 * Asks the server to end what runs in a session whose connection is given up. Without it the statement goes on, beyond the
 * pool's limit and the budget, until its own time limit. What becomes of the request is not waited for.
 */
export function cancelStatement({ host, port, processId, secretKey }: Cancelled): void {
  const request = Buffer.alloc(16);
  for (const [place, value] of [16, cancelCode, processId, secretKey].entries()) request.writeInt32BE(value, place * 4);
  const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  socket.unref().setTimeout(limitMs, () => socket.destroy());
  socket.on('error', () => {});
  socket.end(request);
}
