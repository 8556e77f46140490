import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PrintedQueries } from '../../../src/demand/print-queries.ts';
import { profileIds } from '../../../src/profiles/files.ts';
import { poolctl } from '../../helpers/run.ts';

const cwd = fileURLToPath(new URL('answers/', import.meta.url));
const size = (flags: string, stdin = '') => poolctl(`size ${flags}`, { cwd, stdin });
const json = async (flags: string) => JSON.parse((await size(`${flags} --json`)).stdout);
const scrapes = 'metrics-at-600.prom,metrics-at-660.prom?interval=60s';

describe('size --from metrics', () => {
  it('sizes by the histogram of the hold times, with their true mean', async () => {
    const { result, warnings } = await json(`--from ${scrapes}`);
    expect(result.load).toMatchObject({ fleetArrivalRatePerSecond: 60, holdTimeBasis: 'measured', holdTimeMs: 45 });
    expect(result.measuredDemand).toMatchObject({ source: 'opentelemetry', p95Ms: { low: 100, high: 250 } });
    expect(warnings.map(({ code }: { code: string }) => code)).not.toContain('DEMAND_GAPS');
  });

  it('shows what was measured before the pool, in 80 columns', async () => {
    const { stdout } = await size(`--from ${scrapes}`);
    expect(stdout).toContain('Measured demand: opentelemetry, pool orders');
    expect(stdout).toMatch(/p95 of the holds +100 ms to 250 ms/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('takes the text of /metrics for what one instance does, however many there are', async () => {
    const [one, four] = [await json(`--from ${scrapes}`), await json(`--from ${scrapes} --instances 4`)];
    expect(four.result.load).toMatchObject({ fleetArrivalRatePerSecond: 240, holdTimeMs: 45 });
    expect([four.result.connectionLimit, one.result.connectionLimit]).toEqual([6, 6]);
  });

  it('takes the hold time of a flag where the metrics have none, and says so where nobody has one', async () => {
    const { result } = await json('--from live/postgres-exporter-tps.json --mean 45ms --instances 3');
    expect(result.load.fleetArrivalRatePerSecond).toBeCloseTo(60, 1);
    expect(result.load.holdTimeMs).toBe(45);
    expect((await size('--from live/postgres-exporter-tps.json')).stderr).toContain(
      'There is a rate, but not how long a connection is held.',
    );
    expect((await size(`--from ${scrapes} --mean 45ms`)).stderr).toContain('--from and --mean cannot both be given');
  });

  it('reads standard input', async () => {
    const { stdout } = await size('--from - --mean 45ms', readFileSync(`${cwd}live/hikari-rate.json`, 'utf8'));
    expect(stdout).toMatch(/requests +60\/s/);
  });

  it('shows no login, whatever is wrong', async () => {
    for (const url of ['prometheus://app:hunter2@127.0.0.1:1?service=api', 'prometheus://127.0.0.1:1?token=hunter2']) {
      const { stdout, stderr, exitCode } = await poolctl(['size', '--from', url]);
      expect([exitCode, (stdout + stderr).includes('hunter2')]).toEqual([2, false]);
    }
  });
});

describe('size --print-queries', () => {
  const printed = (settings: string) => size(`--from prometheus://h:9090?${settings} --print-queries`);

  it('prints commands that save the answers, and asks nothing', async () => {
    const { stdout, exitCode } = await printed("source=hikaricp-micrometer&job=it's&at=2026-11-28T00:00Z");
    expect(exitCode).toBe(0);
    expect(stdout).toContain('curl -sS http://h:9090/api/v1/query -d time=1795824000 --data-urlencode');
    // For a shell: the quote of the label ends the text, stands by itself, and begins it again.
    expect(stdout).toContain(`{job="it'\\''s"}[1h]`);
  });

  it.each(profileIds('metrics'))('has queries of %s that take a rate before a sum', async (source) => {
    const { stdout } = await size(`--from prometheus://h:9090?source=${source} --print-queries --json`);
    const { queries } = (JSON.parse(stdout) as { result: PrintedQueries }).result;
    expect(queries.map(({ call }) => call)).toEqual(['query', 'query_range', 'query']);
    for (const { query } of queries) {
      expect(query).toMatch(/rate\(/);
      expect(query).not.toMatch(/rate\(\s*(?:sum|avg|max)|histogram_quantile/);
    }
  });

  it('needs to know which metrics are meant', async () => {
    expect((await printed('job=api')).stderr).toContain('Add &source= with one of hikaricp-micrometer,');
    expect((await printed('source=hikari')).stderr).toContain('There is no source "hikari".');
    expect((await size('--from x.json --print-queries')).stderr).toContain('--from names none');
  });
});
