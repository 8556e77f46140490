import { Line } from '../engines/line.ts';
import type { ConnectTimes, LoadTarget } from './driver.ts';

type Phase = 'tcp' | 'tls' | 'login' | 'setup';

/** The socket below one connection of a load, which knows when each part of its opening was done. */
export class LoadLine extends Line {
  /** The server's id of the session; undefined until the server sends it. */
  processId: number | undefined;
  /** The opening took longer than it may, and was cut. */
  timedOut = false;
  readonly #begunAt = performance.now();
  readonly #endedAt: Partial<Record<Phase, number>> = {};
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    super();
    this.socket.once('connect', () => this.mark('tcp'));
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.cut();
    }, timeoutMs);
    this.socket.once('close', () => clearTimeout(this.#timer));
  }

  /** Notes that a part of the opening is over; after `setup` the connection is open. */
  mark(phase: Phase): void {
    this.#endedAt[phase] = performance.now();
    if (phase === 'setup') clearTimeout(this.#timer);
  }

  /** Whether the server, or a pooler in front of it, took the login. */
  get wasLetIn(): boolean {
    return this.#endedAt.login !== undefined;
  }

  /** Whether the connection was ever fully open. */
  get wasOpened(): boolean {
    return this.#endedAt.setup !== undefined;
  }

  get isOpen(): boolean {
    return this.wasOpened && !this.socket.destroyed;
  }

  get times(): ConnectTimes {
    const { tcp = this.#begunAt, tls, login = tls ?? tcp, setup = login } = this.#endedAt;
    return {
      tcpMs: tcp - this.#begunAt,
      ...(tls !== undefined && { tlsMs: tls - tcp }),
      loginMs: login - (tls ?? tcp),
      setupMs: setup - login,
      totalMs: setup - this.#begunAt,
    };
  }

  /** Connects to a host or the proxy before it; the certificate is held against the host's name in either case. */
  toward(host: string, port: number, via: LoadTarget['via']): typeof this.socket {
    this.to(via?.host ?? host, via?.port ?? port);
    // Node notes the name that it looks up, which is the proxy's.
    return Object.assign(this.socket, { _host: host });
  }
}
