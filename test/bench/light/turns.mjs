import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** How often a client speaks after the server has: the round trips of what `work` does through the port that it is given. */
export async function turnsOf({ host, port }, work) {
  let turns = 0;
  const sockets = [];
  const proxy = createServer((client) => {
    const server = connect(port, host);
    sockets.push(client, server);
    let wasServer = true;
    client.on('data', (bytes) => {
      turns += wasServer ? 1 : 0;
      wasServer = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      wasServer = true;
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      one.on('error', () => {}).on('close', () => other.end());
    }
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  try {
    await work(proxy.address().port);
    return turns;
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  }
}
