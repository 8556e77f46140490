import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { describeWith } from '../helpers/live.ts';
import { madeLoad } from '../helpers/made-causes.ts';
import { madeRecording } from '../helpers/made-recording.ts';
import { openSession } from '../helpers/mcp-session.ts';
import { documentOf } from '../helpers/recording-document.ts';
import { poolctl, words } from '../helpers/run.ts';
import { admin, dsn, keepBusy, ordinary, run } from '../helpers/sessions.ts';

const placeholder = 'postgres://app@db.internal:5432/app';

/** As in test/cli/help.test.ts, which runs all the others. */
const needsServer = /^(?:inspect|watch|measure|doctor|probe|report)\b|--(?:from|trace)\b/;
/** What `report` reads, from one short probe. */
const probes = ['probe.json', 'before.json', 'after.json', 'monday.json', 'tuesday.json', 'friday.json'];

/** The examples that ask a server; what `measure` writes, those after it read. */
async function examples(): Promise<string[]> {
  const lines = new Set<string>();
  for (const { name } of [...commands].sort((a, b) => rank(a.name) - rank(b.name))) {
    const { stdout } = await poolctl(`${name} --help`);
    for (const [, line = ''] of stdout.matchAll(/^ {2}poolctl ([^>\n]*)/gm)) {
      // A shard waits for the others of its plan: probe-shards.test.ts runs them, and reports on them.
      if (needsServer.test(line) && !/--plan |--shards shard-/.test(line)) lines.add(line.trim());
    }
  }
  return [...lines];
}

function rank(command: string): number {
  return command === 'measure' ? 0 : 1;
}

/** The same in a few seconds, where an example takes a minute. */
function inShort(args: readonly string[]): string[] {
  if (args[0] === 'watch') return args.includes('--once') ? [] : ['--for', '1s'];
  if (args[0] !== 'probe') return [];
  const isRamp = !args.some((arg) => ['--connection-limit', '--compare', '--verify'].includes(arg));
  return ['--no-progress', ...(isRamp ? ['--quick', '--sizes', '1,2', '--duration', '9s'] : ['--duration', '3s'])];
}

/** Another run of the same, so many days later. */
function onDay(day: number, document: string): string {
  const later = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => shifted(at, day));
  return later(document).replace(/"run": ?"[0-9a-f]{8}"/, `"run":"0000000${day}"`);
}

function shifted(at: string, days: number): string {
  return new Date(Date.parse(at) + days * 86_400_000).toISOString();
}

describeWith('postgres', (server) => {
  test('an agent asks the server by the name of a variable or a target, and sees what `poolctl inspect` does', async () => {
    const login = ordinary(server);
    const env = { ORDERS_URL: dsn('postgres', login) };
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-mcp-live-'));
    const file = join(folder, 'targets.yaml');
    writeFileSync(file, 'version: 1\ntargets: [{ name: orders, dsn: { env: ORDERS_URL } }]');
    const session = await openSession(['--targets', file], { env });
    const answers = [
      await session.call('inspect', { env: 'ORDERS_URL' }),
      await session.call('inspect', { target: 'orders' }),
    ];
    await session.close();
    rmSync(folder, { recursive: true });
    const { stdout } = await poolctl('inspect env:ORDERS_URL --json', { env });
    const { version, user, limits } = JSON.parse(stdout).result;
    const result = { version, user, limits: { maxConnections: limits.maxConnections } };
    for (const { document, all } of answers) {
      expect(document).toMatchObject({ schema: 'poolctl.inspect/1', result });
      expect(all).not.toContain(login.password);
    }
  });

  describe('the examples of --help that ask a server', () => {
    const url = dsn('postgres', ordinary(server));
    const pgbouncer = inject('pgbouncer');
    const poolerUrl = pgbouncer?.available ? dsn('postgres', ordinary(pgbouncer)) : '';
    let folder = '';
    let load: { stop(): Promise<void> };
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'poolctl-examples-'));
      writeFileSync(join(folder, 'dsn'), `DATABASE_URL="${url}"\n`);
      await run('postgres', admin(server), `GRANT pg_monitor TO ${server.user}`);
      writeFileSync(
        join(folder, 'targets.yaml'),
        'version: 1\ntargets: [{ name: orders, dsn: { env: DATABASE_URL } }]',
      );
      writeFileSync(join(folder, 'orders.sql'), 'SELECT count(*) FROM generate_series(1, :id % 10)');
      const { stdout } = await poolctl('size --tps 40 --p50 10ms --p95 30ms --json');
      writeFileSync(join(folder, 'size.json'), stdout);
      const short = 'probe --hold 10ms --tps 40 --connection-limit 4 --duration 2s --no-progress --json';
      const probed = await poolctl(short, { env: { DATABASE_URL: url } });
      probes.forEach((name, day) => {
        writeFileSync(join(folder, name), onDay(day, probed.stdout));
      });
      writeFileSync(join(folder, 'recording.json'), documentOf(madeRecording(madeLoad('leak', 1))));
      load = await keepBusy('postgres', ordinary(server));
    });
    afterAll(async () => {
      await load.stop();
      await run('postgres', admin(server), `REVOKE pg_monitor FROM ${server.user}`);
      rmSync(folder, { recursive: true, force: true });
    });

    test('work', { timeout: 120_000 }, async () => {
      const lines = await examples();
      expect(lines).toEqual(
        expect.arrayContaining([
          'inspect',
          `inspect ${placeholder}`,
          `measure ${placeholder} --window 5m -o load.json --json`,
          'size --from load.json --instances 3 --server postgres',
        ]),
      );
      for (const line of lines) {
        const args = words(line).map((word) =>
          word
            .replace(placeholder, url)
            .replace('postgres://app@db:5432/app', url)
            .replace('postgres://app@pooler:6432/app', poolerUrl)
            .replace('/run/secrets/dsn', join(folder, 'dsn')),
        );
        const isMeasuring =
          args[0] === 'measure' || args.some((word, index) => args[index - 1] === '--from' && word === url);
        if (isMeasuring) args.push('--window', '2s');
        args.push(...inShort(args));
        const { exitCode, stdout, stderr } = await poolctl(args, { cwd: folder, env: { DATABASE_URL: url } });
        const talk = args[0] === 'watch' ? /^(?!error).*\n/gm : /^(?:measuring|simulating) .*$/gm;
        const complaints = stderr.replace(talk, '').trim();
        expect([line, complaints, exitCode <= 1]).toEqual([line, '', true]);
        const isWritten = args.includes('-o');
        expect([line, stdout === '']).toEqual([line, isWritten]);
        if (args.includes('--json') && !isWritten) expect(JSON.parse(stdout).schema).toMatch(/^poolctl\./);
      }
    });
  });
});
