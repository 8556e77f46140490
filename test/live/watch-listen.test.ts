import { afterEach, expect, inject, test, vi } from 'vitest';
import { freePort } from '../../src/embedded/port.ts';
import { poolStatusPath } from '../../src/pools/status-handler.ts';
import { describeWith } from '../helpers/live.ts';
import { promtool } from '../helpers/promtool.ts';
import { poolctl, type Ran } from '../helpers/run.ts';
import { admin, dsn, endAll, open, openAll, ordinary, type Session } from '../helpers/sessions.ts';

describeWith('postgres', (server) => {
  const pgbouncer = inject('pgbouncer');
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  /** `poolctl watch` on a free port, until it serves a first look. */
  async function watch(line: string, env: Record<string, string> = {}) {
    const port = await freePort();
    const stop = new AbortController();
    const ran = poolctl(`watch ${line} --listen 127.0.0.1:${port} --interval 200ms --format ndjson`, {
      env,
      interrupted: stop.signal,
    });
    const end = async (): Promise<Ran> => {
      stop.abort(130);
      return ran;
    };
    stops.push(end);
    const url = `http://127.0.0.1:${port}`;
    const get = (path: string, init: RequestInit = {}) => fetch(url + path, init);
    await vi.waitFor(async () => expect((await get('/healthz')).status).toBe(200), { timeout: 20_000 });
    return { get, end };
  }

  test('serves what the server itself counts, and nothing that is a secret', async () => {
    const boss = await open('postgres', admin(server));
    stops.push(() => boss.end());
    const application = 'batch "7" \\ \u202e';
    const sessions: Session[] = await openAll(4, 'postgres', { ...ordinary(server), application });
    stops.push(() => endAll(sessions));
    await sessions[0]?.rows('BEGIN');
    const { get, end } = await watch(`orders=${dsn('postgres', admin(server))}`);

    const metrics = async () => (await get('/metrics')).text();
    const figure = (text: string, name: string) =>
      Number(new RegExp(`^${name}{target="orders"} (.*)$`, 'm').exec(text)?.[1]);
    const counted = async () => {
      const [row] = await boss.rows(
        `SELECT count(*)::int AS taken, current_setting('max_connections')::int AS max FROM pg_stat_activity WHERE backend_type = 'client backend'`,
      );
      return row ?? {};
    };
    await vi.waitFor(
      async () => {
        const text = await metrics();
        expect(text).toContain('poolctl_target_up{target="orders"} 1');
        const { taken, max } = await counted();
        expect(figure(text, 'poolctl_server_connections_taken')).toBe(taken);
        expect(figure(text, 'poolctl_server_connections_max')).toBe(max);
        expect(figure(text, 'poolctl_server_idle_transactions')).toBe(1);
        expect(text).toMatch(/application="batch[^\n]*state="idle in transaction"} 1\n/);
        expect(text).toMatch(/application="batch[^\n]*state="idle"} 3\n/);
      },
      { timeout: 20_000, interval: 100 },
    );
    const text = await metrics();
    expect(await promtool(['check', 'metrics'], { stdin: text })).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const status = JSON.parse(await (await get(poolStatusPath)).text());
    expect(status).toMatchObject({ success: true, data: { totalPools: 1, activePools: 1 } });
    expect(status.data.pools[0]).toMatchObject({ connectionId: 'orders', dbType: 'postgresql', idleSeconds: 0 });

    const reader = (await get('/events')).body?.getReader();
    const event = new TextDecoder().decode((await reader?.read())?.value);
    expect(event).toMatch(/^event: picture\ndata: .*"name":"orders"/);
    for (const served of [text, JSON.stringify(status), event]) {
      expect(served).not.toContain(server.adminPassword);
      expect(served).not.toContain(server.host);
      expect(served).not.toContain(String(server.port));
    }
    const { exitCode, stderr } = await end();
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/^Serving http:\/\/127\.0\.0\.1:\d+\/ /m);
    await expect(get('/healthz')).rejects.toThrow();
  });

  test('calls targets that have no name by their database, and asks for the token', async () => {
    const target = dsn('postgres', admin(server));
    const { get } = await watch(`${target} ${target} --listen-token-env WATCH_TOKEN`, { WATCH_TOKEN: 'canary-token' });
    expect((await get('/metrics')).status).toBe(401);
    const headers = { authorization: 'Bearer canary-token' };
    await vi.waitFor(
      async () => {
        const text = await (await get('/metrics', { headers })).text();
        expect(text).toContain(`poolctl_target_up{target="${server.database}"} 1`);
        expect(text).toContain(`poolctl_target_up{target="${server.database}#2"} 1`);
        expect(text).not.toContain(server.host);
      },
      { timeout: 20_000, interval: 100 },
    );
  });

  test.skipIf(!pgbouncer?.available)("serves PgBouncer's pools beside the server", async () => {
    if (!pgbouncer?.available) return;
    const clients = await openAll(2, 'postgres', ordinary(pgbouncer));
    stops.push(() => endAll(clients));
    await clients[0]?.rows('BEGIN');
    const console = dsn('postgres', { ...admin(pgbouncer), database: 'pgbouncer' });
    const { get } = await watch(`pgb=${console} orders=${dsn('postgres', admin(server))}`);
    await vi.waitFor(
      async () => {
        const text = await (await get('/metrics')).text();
        const pool = `{target="pgb",database="${pgbouncer.database}",user="${pgbouncer.user}"}`;
        expect(text).toContain(`poolctl_pooler_servers_active${pool} 1\n`);
        expect(text).toContain(`poolctl_pooler_clients_waiting${pool} 0\n`);
        expect(text).toContain('poolctl_target_up{target="orders"} 1');
      },
      { timeout: 20_000, interval: 100 },
    );
  });
});
