import { Socket } from 'node:net';
import { within } from '../base/deadline.ts';
import { silence, type Wire } from './failure.ts';
import type { OpenOptions } from './session.ts';
import type { ConnectionTarget } from './target.ts';

const goodbyeMs = 1_000;

/** The socket that a driver speaks through, kept at hand: drivers hide it, and only its end ends a query that hangs. */
export class Line implements Wire {
  readonly socket = new Socket();
  connected = false;
  greeting: Buffer | undefined;

  constructor() {
    this.socket.setNoDelay(true);
    this.socket.once('connect', () => {
      this.connected = true;
    });
    this.socket.once('data', (bytes) => {
      this.greeting = Buffer.from(bytes);
    });
    // The driver hears of errors as well; this keeps one that comes after its end from being nobody's.
    this.socket.on('error', () => {});
  }

  to(host: string, port: number): Socket {
    // What Node holds a certificate against. It notes names itself, but for an address it would take `localhost`.
    Object.assign(this.socket, { _host: host });
    return this.socket.connect(port, host);
  }

  /** What the driver answers within the time allowed; after it the line is cut. `explain` turns the driver's errors into ours. */
  async answer<T>(
    work: Promise<T>,
    target: ConnectionTarget,
    { timeoutMs, signal }: OpenOptions,
    explain: (error: unknown) => Error,
  ): Promise<T> {
    let silent: Error | undefined;
    try {
      return await within(work, timeoutMs, signal, (reason) => {
        silent = reason === 'timeout' ? silence(target, this, timeoutMs) : new Error('interrupted');
        this.cut();
        return silent;
      });
    } catch (error) {
      throw error === silent ? error : explain(error);
    }
  }

  /** Lets the driver say goodbye, for a second; a server that does not take it gets none. */
  async hangUp(goodbye: Promise<unknown>): Promise<void> {
    await within(goodbye, goodbyeMs, new AbortController().signal, () => new Error('no goodbye')).catch(() => {});
    this.cut();
  }

  cut(): void {
    this.socket.destroy();
  }
}
