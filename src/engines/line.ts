import { Socket } from 'node:net';
import { serverConnected } from '../base/connected.ts';
import { within } from '../base/deadline.ts';
import { silence, type Wire } from './failure.ts';
import { FrameFault } from './framing/fault.ts';
import type { OpenOptions } from './session.ts';
import type { ConnectionTarget } from './target.ts';

const goodbyeMs = 1_000;

/** The socket of a driver's connection. Drivers hide it, and only closing it ends a query that hangs. */
export class Line implements Wire {
  readonly socket = new Socket();
  connected = false;
  greeting: Buffer | undefined;
  fault: FrameFault | undefined;

  constructor() {
    this.socket.setNoDelay(true);
    this.socket.once('connect', () => {
      this.connected = true;
      serverConnected.publish(undefined);
    });
    this.socket.once('data', (bytes) => {
      this.greeting = Buffer.from(bytes);
    });
    // The driver handles errors; this listener catches one that arrives after the driver has let go.
    this.socket.on('error', () => {});
  }

  to(host: string, port: number): Socket {
    // Node checks the certificate against this. It notes names itself, but for an address it would take `localhost`.
    Object.assign(this.socket, { _host: host });
    return this.socket.connect(port, host);
  }

  /** Connects there, whatever address the driver asks for. */
  redirect(host: string, port: number): void {
    const connect = this.socket.connect.bind(this.socket);
    Object.assign(this.socket, { connect: () => connect(port, host) });
  }

  /** The driver's answer within the time allowed, after which the line is cut. `explain` turns the driver's errors into ours. */
  async answer<T>(
    work: Promise<T>,
    target: ConnectionTarget,
    { timeoutMs, signal }: Pick<OpenOptions, 'timeoutMs' | 'signal'>,
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

  /** Lets the driver close the session properly, within a second; then the line is cut. */
  async hangUp(goodbye: Promise<unknown>): Promise<void> {
    await within(goodbye, goodbyeMs, new AbortController().signal, () => new Error('no goodbye')).catch(() => {});
    this.cut();
  }

  /** Runs what reads from the server. Where that fails, the line is cut, and nothing more is read. */
  read<T>(reads: () => T): T | undefined {
    if (this.fault) return undefined;
    try {
      return reads();
    } catch (cause) {
      this.fault =
        cause instanceof FrameFault ? cause : new FrameFault('a message that the driver cannot read', { cause });
      this.cut();
      return undefined;
    }
  }

  cut(): void {
    this.socket.destroy();
  }
}
