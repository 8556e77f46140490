import { Socket } from 'node:net';
import type { Wire } from './failure.ts';

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

  cut(): void {
    this.socket.destroy();
  }
}
