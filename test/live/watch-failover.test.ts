import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { poolctl } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { startStandby } from '../helpers/servers/standby.ts';
import { admin, open } from '../helpers/sessions.ts';

describeWith('postgres', () => {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-failover-'));
  let primary: OwnServer;
  let standby: OwnServer;
  beforeAll(async () => {
    primary = await startOwn('postgres');
    standby = await startStandby(primary);
  });
  afterAll(async () => {
    await primary?.stop();
    await standby?.stop();
    rmSync(folder, { recursive: true });
  });

  test('the primary is lost, its replica answers, and is promoted: all is told, under one name', async () => {
    const { user, password, database } = admin(primary);
    const places = [primary, standby].map(({ host, port }) => `${host}:${port}`).join(',');
    const file = join(folder, 'watch.log');
    const stop = new AbortController();
    const ran = poolctl(
      `watch orders=postgres://${user}:${encodeURIComponent(password)}@${places}/${database} --interval 200ms -o ${file}`,
      { interrupted: stop.signal },
    );
    const told = (text: string) =>
      vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain(text), { timeout: 40_000, interval: 200 });
    try {
      await told('usable');
      await primary.stop();
      await told('a replica answers now: it takes no writes');
      const boss = await open('postgres', admin(standby));
      await boss.rows('SELECT pg_promote()');
      await boss.end();
      await told('it was a replica, and takes writes now');
    } finally {
      stop.abort(130);
      await ran;
    }
    expect(readFileSync(file, 'utf8')).not.toContain(password);
  });
});
