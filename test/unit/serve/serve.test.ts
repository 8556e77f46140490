import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poolStatusPath } from '../../../src/pools/status-handler.ts';
import type { WatchServer } from '../../../src/serve/serve.ts';
import { MadeWatching } from '../../helpers/watch-source.ts';
import {
  lostTarget,
  poolerLook,
  raisedAlarm,
  targetState,
  unseenTarget,
  watchState,
} from '../../helpers/watch-state.ts';

const orders = targetState({ alarms: [raisedAlarm()] });
const targets = [
  orders,
  targetState({ name: 'pgb', look: poolerLook() }),
  lostTarget('lost'),
  unseenTarget('late', { phase: 'saturated' }),
  unseenTarget('new'),
];
const canary = 'canary-token';
const paths = ['/', '/metrics', '/healthz', poolStatusPath];
const watching = new MadeWatching(watchState(targets));
let open: WatchServer;
let guarded: WatchServer;
beforeAll(async () => {
  [open, guarded] = [await watching.serve(), await watching.serve({ token: canary })];
});
afterAll(async () => {
  await Promise.all([open.close(), guarded.close()]);
});

/** What comes back for these bytes, until the server closes the connection. */
async function raw(bytes: string | Uint8Array, { url } = open): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}); // It may be reset while it still sends.
  await once(socket, 'connect');
  socket.write(bytes);
  const answer = text(socket).catch(() => 'reset');
  socket.end();
  return answer;
}

/** fetch sets the Host itself. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ code: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const asking = request(open.url + path, { headers, method, agent: false }, (response) => {
      text(response).then(
        (body) => resolve({ code: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    });
    asking.on('error', reject).end();
  });
}

describe('the endpoint', () => {
  it('answers each path with its kind of text, which nobody keeps, and HEAD with the same head', async () => {
    const types = ['text/html', 'text/plain; version=0.0.4', 'text/plain', 'application/json'];
    for (const [index, path] of paths.entries()) {
      const [got, head] = [await ask(path), await ask(path, {}, 'HEAD')];
      expect(got.code).toBe(200);
      expect(got.headers['content-type']).toMatch(types[index] ?? '-');
      expect(got.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(head).toMatchObject({ code: 200, body: '' });
      expect(head.headers['content-length']).toBe(String(Buffer.byteLength(got.body)));
    }
    expect((await ask('/events', {}, 'HEAD')).headers['content-type']).toMatch('text/event-stream');
  });

  it('serves OpenMetrics to those who ask for it', async () => {
    const { headers, body } = await ask('/metrics', { accept: 'application/openmetrics-text; version=1.0.0' });
    expect(headers['content-type']).toMatch('application/openmetrics-text; version=1.0.0');
    expect(body.endsWith('# EOF\n')).toBe(true);
  });

  it('has the status of pools in the shape of the guide, each target as a pool', async () => {
    const { success, data, message } = JSON.parse((await ask(poolStatusPath)).body);
    expect({ success, message }).toEqual({ success: true, message: 'Status of 5 watched targets.' });
    expect(data).toMatchObject({ totalPools: 5, activePools: 2 });
    expect(Object.entries(data.pools[0]).slice(0, 7)).toEqual(
      Object.entries({
        connectionId: 'orders',
        dbType: 'postgresql',
        activeConnections: 22,
        maxConnections: 27,
        createdAt: '2026-11-30T12:00:00.000Z',
        lastUsedAt: '2026-11-30T12:00:00.000Z',
        idleSeconds: 0,
      }),
    );
    expect(data.pools.slice(1)).toMatchObject([
      { connectionId: 'pgb', dbType: 'postgresql', pendingRequests: 6, reachable: 'yes' },
      { connectionId: 'lost', activeConnections: null, maxConnections: null, reachable: 'no', state: 'unreachable' },
      { connectionId: 'late', dbType: null, saturated: true, reachable: 'yes', lastUsedAt: null },
      { connectionId: 'new', reachable: 'unknown', saturated: false, state: 'connecting' },
    ]);
  });

  it('refuses other methods, other paths and other names', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { code, headers } = await ask('/metrics', {}, method);
      expect({ method, code, allow: headers.allow }).toEqual({ method, code: 405, allow: 'GET, HEAD' });
    }
    for (const path of ['/etc/passwd', '//', '/metrics/', '/%00', '/..%2f']) expect((await ask(path)).code).toBe(404);
    for (const host of ['evil.example', 'evil.example:9187', '127.0.0.1.evil.example', '10.0.0.1', 'localhost.evil']) {
      for (const path of [...paths, '/events']) expect((await ask(path, { host })).code).toBe(421);
    }
    for (const host of ['localhost', 'LOCALHOST:80', '127.0.0.1:1', '[::1]:9187', '127.8.8.8'])
      expect((await ask('/metrics', { host })).code).toBe(200);
  });

  it('answers a program that sends no Host, and an absolute path with 404', async () => {
    expect(await raw('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok\n$/);
    expect(await raw('GET http://x/metrics HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 404/);
  });

  it('says that it is alive as long as something moves, whatever the targets do', async () => {
    const still = new MadeWatching(watchState([lostTarget('lost')]));
    const server = await still.serve();
    const health = async () => (await fetch(`${server.url}/healthz`)).status;
    still.nowMs += 119_000;
    expect(await health()).toBe(200);
    still.nowMs += 2_000;
    expect(await health()).toBe(503);
    const status = await fetch(server.url + poolStatusPath);
    expect([status.status, await status.json()]).toEqual([
      503,
      { success: false, data: null, message: expect.any(String) },
    ]);
    still.isPaused = true;
    expect(await health()).toBe(200);
    still.isPaused = false;
    still.become(still.state);
    expect(await health()).toBe(200);
    await server.close();
  });
});

describe('with a token', () => {
  const get = (path: string, authorization?: string) =>
    fetch(guarded.url + path, { headers: authorization === undefined ? {} : { authorization } });

  it('shows what is watched to those who send it, and to no other', async () => {
    for (const path of ['/metrics', '/events', poolStatusPath]) {
      for (const wrong of [
        undefined,
        '',
        'Bearer',
        'Bearer canary',
        `Bearer ${canary} `.padEnd(40, 'x'),
        `Basic ${canary}`,
      ]) {
        const { status, headers } = await get(path, wrong);
        expect([path, wrong, status, headers.get('www-authenticate')]).toEqual([path, wrong, 401, 'Bearer']);
      }
      expect((await get(`${path}?token=${canary}`)).status).toBe(401);
      const right = await get(path, `Bearer ${canary}`);
      expect(right.status).toBe(200);
      await right.body?.cancel();
    }
  });

  it('has health and the empty page for everybody; the page asks for the token and does not hold it', async () => {
    expect((await get('/healthz')).status).toBe(200);
    const page = await (await get('/')).text();
    expect(page).toMatch(/<form id="login">/);
    expect(await (await fetch(`${open.url}/`)).text()).toMatch(/<form id="login" hidden>/);
    expect(page).not.toContain(canary);
    expect(page).not.toContain('orders');
    expect(Buffer.byteLength(page)).toBeLessThan(60_000);
  });
});

describe('what is no request', () => {
  const garbage: Readonly<Record<string, string | Uint8Array>> = {
    'random bytes': Uint8Array.from({ length: 4_000 }, (_, index) => (index * 7_919) % 256),
    'a TLS hello': Uint8Array.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, ...new Array(500).fill(7)]),
    'a PostgreSQL login': Uint8Array.from([0, 0, 0, 8, 4, 210, 22, 47]),
    'a line without an end': 'x'.repeat(100_000),
    'an unknown version': 'GET / HTTP/9.9\r\n\r\n',
    'two lengths': 'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
    'a smuggled body':
      'GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\nzzzz',
    'no Host in HTTP/1.1': 'GET /metrics HTTP/1.1\r\n\r\n',
    'a zero byte in a header': 'GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n',
    CONNECT: 'CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    nothing: '',
  };

  it.each(Object.keys(garbage))('is refused or closed, and the next one is answered: %s', async (name) => {
    expect(await raw(garbage[name] ?? '')).toMatch(/^(?:HTTP\/1\.1 (?:400|431) [\s\S]*|reset|)$/);
    expect((await ask('/healthz')).code).toBe(200);
  });

  it('has headers longer than 8 KiB', async () => {
    const long = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`;
    expect(await raw(long)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw(long.replace(/x{9000}/, 'x'))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('sends a body with GET, which is not looked at', async () => {
    const head = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n';
    expect(await raw(head + 'x'.repeat(100_000))).toMatch(/^HTTP\/1\.1 200 [\s\S]*ok\n$/);
  });
});

describe('clients that are slow or many', () => {
  it('are cut off when their headers do not come', async () => {
    const server = await watching.serve({ headersTimeoutMs: 200 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {}).write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
    await server.close();
  });

  it('have 32 streams in all, and the rest is asked to come later', async () => {
    const server = await watching.serve();
    const streams = await Promise.all(Array.from({ length: 33 }, () => fetch(`${server.url}/events`)));
    const refused = streams.filter(({ status }) => status === 503);
    expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['10']);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
    await server.close();
    await Promise.all(streams.map(({ body }) => body?.cancel().catch(() => {})));
  });
});

describe('opening and closing', () => {
  it('names the reason where it cannot listen, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const alone = new MadeWatching(watchState([]));
    await expect(alone.serve({ port })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `Cannot listen on 127.0.0.1:${port}: another program, or another poolctl, listens there.`,
      hint: expect.stringContaining('--listen 0'),
    });
    await expect(alone.serve({ host: '192.0.2.1' })).rejects.toMatchObject({
      message: 'Cannot listen on 192.0.2.1:0: this machine has no such address.',
    });
    expect(alone.listeners).toBe(0);
    other.close();
  });

  it('ends streams and half requests at once', async () => {
    const alone = new MadeWatching(watchState(targets));
    const server = await alone.serve();
    const stream = await fetch(`${server.url}/events`);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => {}).write('GET / HT');
    await server.close();
    if (stream.body) await text(stream.body).catch(() => 'cut');
    expect(alone.listeners).toBe(0);
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

it('tells nothing of how a target is reached and of who logs in', async () => {
  const told = 'canary.internal';
  const failure = { code: 'AUTH_FAILED', message: `${told} refused user "${told}"`, hint: told };
  const secret = [
    lostTarget('lost', { failure }),
    unseenTarget('refused', { phase: 'refused', failure }),
    targetState({ name: 'ok', look: { ...orders.look, serverId: told } as NonNullable<typeof orders.look> }),
  ];
  const server = await new MadeWatching(watchState(secret)).serve();
  const answers = await Promise.all(paths.map(async (path) => (await fetch(server.url + path)).text()));
  const stream = (await fetch(`${server.url}/events`)).body?.getReader();
  const event = new TextDecoder().decode((await stream?.read())?.value);
  await server.close();
  expect(event).toContain('AUTH_FAILED');
  expect([...answers, event].join('\n')).not.toContain('canary');
});
