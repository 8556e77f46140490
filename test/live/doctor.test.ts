import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeOnce, describeWith } from '../helpers/live.ts';
import { poolctl } from '../helpers/run.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startOwn } from '../helpers/servers/own-server.ts';
import { admin, open, protocolOf, run } from '../helpers/sessions.ts';

function dsnOf(scheme: string, { host, port, user, password, database }: Server): string {
  return `${scheme}://${user}:${password}@${host}:${port}/${database}`;
}

async function checksOf(dsn: string, flags = ''): Promise<{ exitCode: number; checks: Record<string, Found> }> {
  const { stdout, exitCode } = await poolctl(`doctor --json ${flags}`, { env: { DATABASE_URL: dsn } });
  const { schema, result } = JSON.parse(stdout);
  expect(schema).toBe('poolctl.doctor/1');
  return { exitCode, checks: Object.fromEntries(result.checks.map((check: Found) => [check.id, check])) };
}

interface Found {
  readonly id: string;
  readonly status: string;
  readonly detail: string;
  readonly fix?: string;
}

for (const [engine, scheme, name] of [
  ['postgres', 'postgres', 'PostgreSQL'],
  ['mysql', 'mysql', 'MySQL'],
  ['mariadb', 'mariadb', 'MariaDB'],
] as const) {
  describeWith(engine, (server) => {
    describe('doctor', () => {
      it('goes the whole way to the server, and says which privileges would show more', async () => {
        const other = await open(protocolOf[engine], admin(server));
        const { exitCode, checks } = await checksOf(dsnOf(scheme, server));
        await other.end();
        expect(exitCode).toBe(0);
        expect(checks['login']?.detail).toContain(`as "${server.user}" to ${name} ${server.version}`);
        for (const id of ['node', 'dsn', 'tcp', 'tls', 'round-trip', 'pooler', 'limits', 'transactions', 'idle']) {
          expect([id, checks[id]?.status]).toEqual([id, 'ok']);
        }
        expect(checks['dns']?.status).toBe('skipped');
        expect(checks['privileges']).toMatchObject({ status: 'warning', fix: expect.stringContaining('GRANT') });
      });

      it('stops at the login with a wrong password, and does not check what needs it', async () => {
        const { exitCode, checks } = await checksOf(dsnOf(scheme, { ...server, password: 'wrong' }));
        expect(exitCode).toBe(1);
        expect(checks['tcp']?.status).toBe('ok');
        expect(checks['login']).toMatchObject({ status: 'failed', detail: expect.stringContaining('AUTH_FAILED') });
        expect(checks['limits']?.status).toBe('skipped');
      });

      it('says that something forwards to the server, where the server has another port', async () => {
        const proxy = await FaultProxy.start(server.host, server.port);
        const { port } = proxy;
        const { checks } = await checksOf(dsnOf(scheme, { ...server, port }));
        await proxy.close();
        expect(checks['pooler']).toMatchObject({
          status: 'warning',
          detail: expect.stringContaining(`the server listens on port ${server.port}, not on ${port}`),
        });
      });

      it('is not fooled by something between that listens on the port of the server', async () => {
        const between = await balance([server], { host: '127.0.0.2', port: server.port });
        const { checks } = await checksOf(dsnOf(scheme, { ...server, host: '127.0.0.2' }));
        await between.close();
        expect(checks['pooler']).toMatchObject({
          status: 'warning',
          detail: expect.stringContaining('not the one that it leaves from here'),
        });
      });

      it('says that two logins reached two servers, and which', async () => {
        const other = await startOwn(engine);
        const balancer = await balance([server, other]);
        try {
          await sameUser(engine, server, other);
          const { checks } = await checksOf(dsnOf(scheme, { ...server, port: balancer.port }));
          expect(checks['pooler']).toMatchObject({
            status: 'warning',
            detail: expect.stringMatching(/reached another server: .*:\d+ .*, then .*:\d+ /),
          });
          for (const { port } of [server, other]) expect(checks['pooler']?.detail).toContain(`:${port} `);
        } finally {
          await balancer.close();
          await other.stop();
        }
      });

      it('resolves a name', async () => {
        const { checks } = await checksOf(dsnOf(scheme, { ...server, host: 'localhost' }));
        expect(checks['dns']).toMatchObject({ status: 'ok', detail: expect.stringMatching(/127\.0\.0\.1|::1/) });
      });
    });
  });
}

/** As a load balancer: each connection goes to the next of the servers. */
async function balance(
  servers: readonly Server[],
  on = { host: '127.0.0.1', port: 0 },
): Promise<{ port: number; close(): Promise<void> }> {
  let next = 0;
  const listener = createServer((client) => {
    const { host = '', port = 0 } = servers[next++ % servers.length] ?? {};
    const server = connect(port, host);
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => {});
  });
  await once(listener.listen(on.port, on.host), 'listening');
  const { port } = listener.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => listener.close(() => resolve())) };
}

/** The other server gets the password of the first one's user. */
function sameUser(engine: 'postgres' | 'mysql' | 'mariadb', { user, password }: Server, other: Server): Promise<void> {
  const who = engine === 'postgres' ? `ROLE ${other.user} PASSWORD` : `USER '${other.user}'@'%' IDENTIFIED BY`;
  expect(other.user).toBe(user);
  return run(engine === 'postgres' ? 'postgres' : 'mysql', admin(other), `ALTER ${who} '${password}'`);
}

describeWith('pgbouncer', (server) => {
  it('doctor sees that a pooler is in the path', async () => {
    const { checks } = await checksOf(dsnOf('postgres', server));
    expect(checks['pooler']).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining('profiles show poolers/'),
    });
  });
});

describeOnce('doctor', () => {
  it('stops at the name where the host has none', async () => {
    const { exitCode, checks } = await checksOf('postgres://u@nowhere.invalid/db');
    expect(exitCode).toBe(1);
    expect(checks['dns']).toMatchObject({ status: 'failed', detail: expect.stringContaining('HOST_UNKNOWN') });
    expect(checks['tcp']?.status).toBe('skipped');
  });

  it('stops at TCP where nothing listens', async () => {
    const { exitCode, checks } = await checksOf('mysql://u@127.0.0.1:1/db');
    expect(exitCode).toBe(1);
    expect(checks['tcp']).toMatchObject({ status: 'failed', detail: expect.stringContaining('CONNECT_REFUSED') });
  });

  it('tells a port that accepts from one that answers', async () => {
    const deaf = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => deaf.once('listening', resolve));
    const { port } = deaf.address() as { port: number };
    const { checks } = await checksOf(`postgres://u@127.0.0.1:${port}/db`, '--timeout 500ms');
    deaf.close();
    expect(checks['tcp']?.status).toBe('ok');
    expect(checks['login']).toMatchObject({ status: 'failed', detail: expect.stringContaining('SERVER_SILENT') });
  });

  it('looks at this machine alone without a DSN, and refuses a broken one', async () => {
    const { stdout, exitCode } = await poolctl('doctor');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('! DSN');
    expect(stdout).toContain('✓ Node.js');
    const broken = await poolctl('doctor', { env: { DATABASE_URL: 'mongodb://u:hush@h/d' } });
    expect(broken.exitCode).toBe(1);
    expect(broken.stdout).toContain('DSN_INVALID');
    expect(broken.stdout + broken.stderr).not.toContain('hush');
  });
});
