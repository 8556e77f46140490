import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy on this machine in front of a server. While it is frozen, bytes are neither lost nor delivered. */
export class FreezeProxy {
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #isFrozen = false;

  private constructor(open: () => Socket) {
    this.#listener = createServer((client) => this.#link(client, open()));
  }

  static async start(to: {
    /** As ConnectionTarget has it: the host name or address that is connected to. */
    readonly reached: string;
    readonly port: number;
    readonly socketPath?: string | undefined;
  }) {
    const { reached, port, socketPath } = to;
    const proxy = new FreezeProxy(() => (socketPath === undefined ? connect(port, reached) : connect(socketPath)));
    await once(proxy.#listener.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: '127.0.0.1', port: (this.#listener.address() as AddressInfo).port };
  }

  freeze(): void {
    this.#isFrozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#listener, 'close');
  }

  #link(client: Socket, server: Socket): void {
    this.#pump(client, server);
    this.#pump(server, client);
  }

  #pump(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('error', () => {}); // `close` follows.
    from.on('data', (bytes) => {
      if (to.write(bytes)) return;
      from.pause();
      to.once('drain', () => {
        if (!this.#isFrozen) from.resume();
      });
    });
    from.on('end', () => to.end());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroySoon();
    });
    if (this.#isFrozen) from.pause();
  }
}
