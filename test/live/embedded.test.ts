import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';

// Of their own: other tests have embedded servers at the same time.
beforeAll(() => {
  const temporary = mkdtempSync(join(tmpdir(), 'poolctl-own-'));
  chmodSync(temporary, 0o755); // The server is another user's.
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(() => {
  rmSync(tmpdir(), { recursive: true });
  vi.unstubAllEnvs();
});

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('poolctl-embedded-'));

it('starts a throw-away PostgreSQL that takes logins, and leaves neither server nor folder', async () => {
  const before = folders();
  const { stop, ...login } = await startEmbeddedPostgres(new AbortController().signal);
  const [folder = ''] = folders().filter((name) => !before.includes(name));
  const client = new pg.Client(login);
  await client.connect();
  const { rows } = await client.query('SHOW server_version');
  expect(Number.parseInt(rows[0].server_version, 10)).toBeGreaterThanOrEqual(16);
  await client.end();

  await stop();
  await expect(new pg.Client(login).connect()).rejects.toThrow('ECONNREFUSED');
  expect(existsSync(`${tmpdir()}/${folder}`)).toBe(false);
});

it('refuses logins without the password it made', async () => {
  const { stop, ...login } = await startEmbeddedPostgres(new AbortController().signal);
  const client = new pg.Client({ ...login, password: 'guess' });
  await expect(client.connect()).rejects.toThrow('password authentication failed');
  await stop();
});

it('is interrupted while it starts, and leaves nothing', async () => {
  const before = folders();
  await expect(startEmbeddedPostgres(AbortSignal.timeout(100))).rejects.toThrow('interrupted');
  expect(folders()).toEqual(before);
});
