import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { PoolctlError } from '../base/errors.ts';
import { Endpoint } from './endpoint.ts';
import { loopback } from './listen.ts';
import type { ServeOptions, WatchSource } from './options.ts';

/** The endpoint while it is open. */
export interface WatchServer {
  /** `http://127.0.0.1:9187` */
  readonly url: string;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** A client that takes no more of its answer is cut off. */
const silentTimeoutMs = 15_000;
const mostConnections = 128;
const mostHeaderBytes = 8_192;

/**
 * Serves what is watched over HTTP: `/` a page, `/events`, `/metrics`, `/healthz` and the status of pools. Every answer is of
 * the last state: no request reaches a database.
 *
 * @throws PoolctlError LISTEN_FAILED
 */
export async function serveWatch(source: WatchSource, options: ServeOptions): Promise<WatchServer> {
  const { headersTimeoutMs = 5_000 } = options;
  const endpoint = new Endpoint(source, options);
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: 2 * headersTimeoutMs,
      connectionsCheckingInterval: headersTimeoutMs / 5,
      keepAliveTimeout: headersTimeoutMs,
      maxHeaderSize: mostHeaderBytes,
    },
    (request, response) => endpoint.answer(request, response),
  );
  server.maxConnections = mostConnections;
  server.setTimeout(silentTimeoutMs);
  server.on('clientError', refuseGarbage);
  try {
    await listen(server, options);
  } catch (error) {
    endpoint.close();
    throw error;
  }
  server.on('error', () => {}); // Too many open files: the next connection may find one.
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async close() {
      endpoint.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What is no HTTP. */
function refuseGarbage({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  const answer = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  if (socket.writable && code !== 'ECONNRESET')
    socket.write(`HTTP/1.1 ${answer} ${STATUS_CODES[answer]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.destroy();
}

async function listen(server: Server, { host = loopback, port }: ServeOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  server.removeAllListeners('error');
}

const listenFailures: Readonly<Record<string, [why: string, hint: string]>> = {
  EADDRINUSE: [
    'another program, or another poolctl, listens there',
    'Take another port; --listen 0 takes any free one.',
  ],
  EACCES: ['this user may not listen on that port', 'Take a port above 1023.'],
  EADDRNOTAVAIL: ['this machine has no such address', 'Take 127.0.0.1, or an address of this machine.'],
  ENOTFOUND: ['the name of the host has no address', 'Take 127.0.0.1, or an address of this machine.'],
};

function listenError(error: NodeJS.ErrnoException, host: string, port: number): PoolctlError {
  const [why, hint] = listenFailures[error.code ?? ''] ?? [error.code ?? error.message, undefined];
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new PoolctlError('LISTEN_FAILED', `Cannot listen on ${address}: ${why}.`, { hint, cause: error });
}
