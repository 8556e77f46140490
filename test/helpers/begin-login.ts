import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Server } from './servers/facts.ts';

/** A client of PostgreSQL that was asked for its password and does not answer. */
export async function beginLogin({ host, port, user, database }: Server): Promise<Socket> {
  const socket = connect(port, host);
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  socket.write(Buffer.concat([length, body]));
  await once(socket, 'data');
  return socket;
}
