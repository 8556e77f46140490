import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SnippetCase } from '../case.ts';

/** What the suite uses of its pool. */
interface Pool {
  connect(): Promise<{ release(): void }>;
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

export default {
  target: 'neon',
  engines: ['postgres'],
  refused: /^2 requests already wait$/,
  gaveUp: /^timeout exceeded when trying to connect$/,
  queryTimeout: /statement timeout/,
  open: async ({ pool }: { pool: Pool }, _engine, server) => {
    const proxy = await webSocketProxy(server);
    const [{ neonConfig }, { default: ws }] = await Promise.all([import('@neondatabase/serverless'), import('ws')]);
    Object.assign(neonConfig, {
      webSocketConstructor: ws,
      wsProxy: () => `127.0.0.1:${proxy.port}`,
      useSecureWebSocket: false,
      pipelineConnect: false,
    });
    return {
      acquire: async () => {
        const client = await pool.connect();
        return () => client.release();
      },
      query: (sql = 'select 1') => pool.query(sql),
      end: async () => {
        await pool.end();
        proxy.close();
      },
    };
  },
} satisfies SnippetCase;

/** Stands in for Neon's: it hands what comes through a WebSocket to PostgreSQL. */
async function webSocketProxy(server: { host: string; port: number }): Promise<{ port: number; close(): void }> {
  const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(sockets, 'listening');
  sockets.on('connection', (client: WebSocket) => {
    const socket = connect(server.port, server.host);
    client.on('message', (data: Buffer) => socket.write(data));
    socket.on('data', (data) => client.send(data));
    socket.on('close', () => client.close());
    socket.on('error', () => client.close());
    client.on('close', () => socket.destroy());
  });
  return { port: (sockets.address() as AddressInfo).port, close: () => sockets.close() };
}
