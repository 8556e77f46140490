import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poolctl } from '../../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-recommend-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A week of a pool, read once an hour: 60 requests a second by day, each holding a connection for 100 ms. */
function weekOf(limit: number, { startsAt = Date.UTC(2026, 10, 2), holdMs = 100, hours = 168 } = {}): string {
  let asked = 0;
  const lines = Array.from({ length: hours + 1 }, (_, hour) => {
    const rate = hour % 24 >= 8 && hour % 24 < 18 ? 60 : 10;
    const useTime = { count: asked, meanMs: holdMs, p50Ms: 0.7 * holdMs, p95Ms: 3 * holdMs, p99Ms: 4.6 * holdMs };
    asked += rate * 3_600;
    return JSON.stringify({
      ...{ at: new Date(startsAt + hour * 3_600_000).toISOString(), pool: 'orders', used: 1, pending: 0, limit },
      ...{ observedMs: hour * 3_600_000, asked, failed: { timeout: 0 }, useTime, queuedTime: { ...useTime, count: 0 } },
    });
  });
  return `${lines.join('\n')}\n`;
}

beforeAll(() => {
  writeFileSync(join(folder, 'big.ndjson'), weekOf(30));
  writeFileSync(
    join(folder, 'small.ndjson'),
    weekOf(6, { startsAt: Date.UTC(2026, 10, 9) }).replaceAll('"pending":0', '"pending":4'),
  );
  writeFileSync(join(folder, 'fine.ndjson'), weekOf(11));
});

const recommend = (line: string) => poolctl(`recommend ${line}`, { cwd: folder });

describe('poolctl recommend', () => {
  it('answers lower with exit code 0, and raise with 1, in 80 columns', async () => {
    const lower = await recommend('big.ndjson');
    expect(lower).toMatchObject({ exitCode: 0, stderr: '' });
    expect(lower.stdout).toMatch(
      /^connectionLimit 30 → 1\d {3}queueLimit \d+ {3}acquireTimeout 30000 ms\n✓ Lower 30 to 1\d: /,
    );
    const raise = await recommend('--before big.ndjson --after small.ndjson --server postgres --instances 2');
    expect(raise).toMatchObject({ exitCode: 1, stderr: '' });
    expect(raise.stdout).toMatch(/^connectionLimit 6 → 1\d/);
    expect(raise.stdout.replace(/\s+/g, ' ')).toContain('the server has 97 for them');
    expect(`${lower.stdout}${raise.stdout}`.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('keeps with exit code 0, and takes the settings that the files do not tell', async () => {
    const { stdout, exitCode } = await recommend('fine.ndjson --queue-limit 5000 --acquire-timeout 2s');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^connectionLimit 11 {3}queueLimit 5000 → \d+ {3}acquireTimeout 2000 ms\n✓ Keep 11: /);
  });

  it('has the same as JSON, without a figure that is no number', async () => {
    const { stdout } = await recommend('big.ndjson --json');
    const { schema, result } = JSON.parse(stdout);
    expect(schema).toBe('poolctl.recommend/1');
    expect(result).toMatchObject({
      ...{ pool: 'orders', decision: 'lower', seen: { after: { days: 7, isWholeWeek: true } } },
      figures: expect.arrayContaining([expect.objectContaining({ name: 'tps' })]),
    });
    expect(stdout).not.toMatch(/null|NaN|Infinity/);
  });

  it('raises by a measurement what is too small for it, within the budget, and calls nothing else right', async () => {
    const load = { scope: 'database app', windowSeconds: 300, ratePerSecond: { value: 180 }, heldBy: [] };
    const result = { ...load, holdTime: { meanMs: { value: 90 }, p95Ms: { value: 240 } } };
    writeFileSync(join(folder, 'load.json'), JSON.stringify({ schema: 'poolctl.measure/1', result }));
    const small = await recommend('load.json --instances 2 --connection-limit 6 --server postgres');
    expect(small.exitCode).toBe(1);
    expect(small.stdout).toMatch(/^connectionLimit 6 → 1\d\n✗ Raise 6 to 1\d at least: .*\n.*\n✓ fits: /);
    const full = await recommend('load.json --instances 2 --connection-limit 6 --max-connections 12');
    expect(full.exitCode).toBe(1);
    expect(full.stdout).toMatch(/^connectionLimit 6\n✗ Keep 6: it is too small/);
    const large = await recommend('load.json --instances 2 --connection-limit 40');
    expect(large.exitCode).toBe(0);
    expect(large.stdout).toMatch(/^connectionLimit 40\n\? Not enough seen yet: /);
  });

  it('raises nothing by some seconds, and calls them no hour', async () => {
    const seconds = (text: string, ms: string) => text.replaceAll('3600000', ms).replace(/T(\d\d):00:00/g, 'T00:00:$1');
    const lines = weekOf(2, { hours: 20, holdMs: 900 }).replaceAll(
      /"observedMs":(\d+)/g,
      (_, ms) => `"observedMs":${ms / 3_600}`,
    );
    writeFileSync(join(folder, 'seconds.ndjson'), seconds(lines, '1000'));
    const { stdout, exitCode } = await recommend('seconds.ndjson');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Not enough seen yet');
    expect(stdout).toMatch(/now {3}20 s/);
  });

  it('shows no secret of a pool that is named by its DSN, and takes that name', async () => {
    const dsn = 'postgres://app:hunter2@db/orders';
    writeFileSync(join(folder, 'named.ndjson'), weekOf(11).replaceAll('"orders"', JSON.stringify(dsn)));
    const json = await recommend(`named.ndjson --json --pool ${dsn}`);
    const two = await recommend('named.ndjson big.ndjson');
    expect(JSON.parse(json.stdout).result.pool).toBe('postgres://***@db/orders');
    expect(`${json.stdout}${two.stdout}${two.stderr}`).not.toContain('hunter2');
  });

  it('writes the text of a pull request', async () => {
    const { stdout } = await recommend('--before big.ndjson --after small.ndjson --markdown');
    expect(stdout).toMatch(/^\*\*connectionLimit 6 → /);
    expect(stdout).toContain('| TPS, all pools |');
  });

  it('shows the change as config, and writes it into a file only without --dry-run', async () => {
    const shown = await recommend('big.ndjson --emit hikaricp-properties');
    expect(shown.stdout).toMatch(/maximum-?[pP]ool-?[sS]ize/);
    const file = join(folder, 'application.properties');
    writeFileSync(file, 'spring.datasource.hikari.maximum-pool-size=30\n');
    const line = 'big.ndjson --emit hikaricp-properties --write application.properties';
    expect((await recommend(`${line} --dry-run`)).stdout).toContain('-spring.datasource.hikari.maximum-pool-size=30');
    expect(readFileSync(file, 'utf8')).toContain('maximum-pool-size=30\n');
    await recommend(line);
    expect(readFileSync(file, 'utf8')).toMatch(/maximum-pool-size=1\d\n/);
  });

  it.each([
    ['', 'INPUT_MISSING'],
    ['--before big.ndjson', 'INPUT_MISSING'],
    ['big.ndjson --write pool.ts', 'INPUT_MISSING'],
    ['nowhere.ndjson', 'INPUT_UNREADABLE'],
    ['big.ndjson --before small.ndjson', 'INPUT_CONTRADICTION'],
    ['big.ndjson --slow 0', 'VALUE_INVALID'],
  ])('refuses `%s` with one error', async (line, code) => {
    const { stdout, stderr, exitCode } = await recommend(line);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(`error[${code}]`);
    expect(stderr.split('error[').length).toBe(2);
    expect(existsSync(join(folder, 'pool.ts'))).toBe(false);
  });
});
