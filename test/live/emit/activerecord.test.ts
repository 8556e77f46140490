/** What is written for Rails, run by ActiveRecord 6.1 of Debian 12 against real servers. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { emitSnippets } from '../../../src/emit/run.ts';
import type { PoolSettings } from '../../../src/size/input.ts';
import { describeWith } from '../../helpers/live.ts';
import { debianRuby, type Ruby } from '../../helpers/servers/debian-ruby.ts';
import { Unavailable } from '../../helpers/servers/engine.ts';
import type { Server } from '../../helpers/servers/facts.ts';

const settings: PoolSettings = {
  connectionLimit: 3,
  queueLimit: 0,
  acquireTimeoutMs: 700,
  connectTimeoutMs: 5_000,
  queryTimeoutMs: 600,
};

const sql = {
  postgres: ['SELECT pg_backend_pid()', 'SELECT pg_terminate_backend(%d)', 'SELECT pg_sleep(5)'],
  mariadb: ['SELECT CONNECTION_ID()', 'KILL %d', 'SELECT SLEEP(5) FROM information_schema.tables'],
} as const;

let ruby: Ruby | string = 'not looked for';
beforeAll(async () => {
  ruby = await debianRuby().catch((error: unknown) => {
    if (error instanceof Unavailable) return error.message;
    throw error;
  });
}, 300_000);

for (const [engine, slow] of [
  ['postgres', 'ActiveRecord::QueryCanceled'],
  // It knows MySQL's error of that kind, and not MariaDB's 1969.
  ['mariadb', 'ActiveRecord::StatementInvalid'],
] as const) {
  describeWith(engine, (server) => {
    describe('the database.yml for ActiveRecord', () => {
      it('keeps its limits, and serves on when the server has ended sessions', async ({ skip }) => {
        if (typeof ruby === 'string') return skip(`without Ruby: ${ruby}`);
        const { waitedMs, ...result } = await run(ruby, engine, server, settings);
        expect(result).toEqual({
          size: 3,
          timeout: 0.7,
          served: 3,
          gaveUp: 'ActiveRecord::ConnectionTimeoutError',
          slow,
          ended: expect.stringMatching(/^ActiveRecord::/),
          again: [null, null, null],
        });
        expect(waitedMs).toBeGreaterThanOrEqual(690);
      });

      it('refuses at once where nobody may wait', async ({ skip }) => {
        if (typeof ruby === 'string') return skip(`without Ruby: ${ruby}`);
        const result = await run(ruby, engine, server, { ...settings, nobodyWaits: true });
        expect(result).toMatchObject({ timeout: 0, served: 3, gaveUp: 'ActiveRecord::ConnectionTimeoutError' });
      });
    });
  });
}

async function run(
  { command: [command, ...args], env }: Ruby,
  engine: keyof typeof sql,
  server: Server,
  wanted: PoolSettings,
): Promise<Record<string, unknown>> {
  const { snippets } = await emitSnippets({ names: ['activerecord'], settings: wanted, why: ['why'], engine });
  const file = new URL('ruby/activerecord.rb', import.meta.url).pathname;
  const started = promisify(execFile)(command, [...args, file, '3', ...sql[engine]], {
    timeout: 60_000,
    env: {
      ...process.env,
      ...env,
      DB_HOST: server.host,
      DB_PORT: String(server.port),
      DB_USERNAME: server.user,
      DB_PASSWORD: server.password,
      DB_DATABASE: server.database,
    },
  });
  started.child.stdin?.end(snippets[0]?.text ?? '');
  return JSON.parse((await started).stdout);
}
