import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What happens on all connections, also on those that are open already:
 * - `hole`: all that is sent vanishes, both ways, and neither side learns when the other hangs up;
 * - `holeAfterBytes`: as `hole`, once the server has sent so many more bytes on the connection;
 * - `reset`: it ends by RST;
 * - `half-close`: the proxy says that it will send no more, as a server that goes away does;
 * - `delayMs`: all comes so much later, both ways; where it `isFar`, the handshake of TCP takes its round trip too.
 */
export type Fault =
  | 'pass'
  | 'hole'
  | 'reset'
  | 'half-close'
  | { readonly holeAfterBytes: number }
  | { readonly delayMs: number; readonly isFar?: true };

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** How many bytes may still come from the server. */
  left: number;
  /** The client has said something that has no answer yet. */
  isAsked: boolean;
  turns: number;
}

/** A TCP proxy on 127.0.0.1 that plays a bad network in front of a server. */
export class FaultProxy {
  #accepted = 0;
  #isClosed = false;
  #mostUnanswered = 0;
  #fault: Fault = 'pass';
  readonly #links = new Set<Link>();
  readonly #all: Link[] = [];
  readonly #listener;

  private constructor(host: string, port: number) {
    this.#listener = createServer((client) => void this.#accept(client, host, port));
  }

  /** `on`: another address of this machine to listen on. */
  static async start(host: string, port: number, on = '127.0.0.1'): Promise<FaultProxy> {
    const proxy = new FaultProxy(host, port);
    await once(proxy.#listener.listen(0, on), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** How many it has accepted so far. */
  get connections(): number {
    return this.#accepted;
  }

  /**
   * How often clients had an answer to what they said, by connection: round trips without that of TCP. What a client sends
   * without waiting counts once, given a delay longer than that takes it.
   */
  get turnsOfEach(): readonly number[] {
    return this.#all.map(({ turns }) => turns);
  }

  /** The most connections at once on which clients had no answer yet. */
  get mostUnanswered(): number {
    return this.#mostUnanswered;
  }

  /** Those of all connections. */
  get turns(): number {
    return this.#all.reduce((sum, { turns }) => sum + turns, 0);
  }

  switchTo(fault: Fault): void {
    this.#fault = fault;
    for (const link of this.#links) this.#apply(link);
  }

  /** Nothing listens on its port for that time. */
  async refuse(whileSo: () => Promise<void>): Promise<void> {
    const { port } = this;
    this.#listener.close();
    this.switchTo('reset');
    await whileSo();
    this.#fault = 'pass';
    await once(this.#listener.listen(port, '127.0.0.1'), 'listening');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    for (const { client, server } of this.#links) for (const socket of [client, server]) socket.destroy();
    await once(this.#listener, 'close');
  }

  async #accept(client: Socket, host: string, port: number): Promise<void> {
    this.#accepted++;
    if (isFar(this.#fault)) {
      client.on('error', () => {}).pause();
      await sleep(2 * this.#fault.delayMs);
      if (this.#isClosed) client.destroy();
      if (client.destroyed) return;
      client.resume();
    }
    this.#link(client, connect(port, host));
  }

  #link(client: Socket, server: Socket): void {
    const link: Link = { client, server, left: 0, isAsked: false, turns: 0 };
    this.#links.add(link);
    this.#all.push(link);
    this.#mostUnanswered = Math.max(this.#mostUnanswered, this.#all.filter(({ turns }) => turns === 0).length);
    this.#pump(link, client, server);
    this.#pump(link, server, client);
    this.#apply(link);
  }

  #apply(link: Link): void {
    link.left = settingOf(this.#fault, 'holeAfterBytes') ?? Number.POSITIVE_INFINITY;
    if (this.#fault === 'reset') for (const socket of [link.client, link.server]) socket.resetAndDestroy();
    if (this.#fault === 'half-close') link.client.end();
  }

  #pump(link: Link, from: Socket, to: Socket): void {
    const isHole = () => this.#fault === 'hole' || link.left <= 0;
    let last: Promise<unknown> = Promise.resolve();
    const later = (step: () => void) => {
      // A server that speaks first hears of the client half a round trip after the client has heard of it.
      const isGreeting = isFar(this.#fault) && from === link.server && !link.isAsked && link.turns === 0;
      const delayMs = (settingOf(this.#fault, 'delayMs') ?? 0) * (isGreeting ? 2 : 1);
      last = Promise.all([last, delayMs > 0 && sleep(delayMs)]).then(step);
    };
    from.on('error', () => {}); // `close` follows.
    from.on('data', (bytes) => {
      if (from === link.client) link.isAsked = true;
      later(() => {
        if (isHole()) return;
        if (from === link.server && link.isAsked) {
          link.turns++;
          link.isAsked = false;
        }
        to.write(from === link.server ? bytes.subarray(0, link.left) : bytes);
        if (from === link.server) link.left -= bytes.length;
      });
    });
    from.on('close', (failed) =>
      later(() => {
        if (link.client.closed && link.server.closed) this.#links.delete(link);
        if (!isHole()) failed ? to.resetAndDestroy() : to.destroySoon();
      }),
    );
  }
}

function isFar(fault: Fault): fault is { delayMs: number; isFar: true } {
  return typeof fault === 'object' && 'isFar' in fault;
}

function settingOf(fault: Fault, name: 'holeAfterBytes' | 'delayMs'): number | undefined {
  return typeof fault === 'object' && name in fault ? Number(Object(fault)[name]) : undefined;
}
