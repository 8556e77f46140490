import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { profileIds } from '../../src/profiles/files.ts';
import { promtool, promtoolProgram } from '../helpers/promtool.ts';
import { poolctl } from '../helpers/run.ts';
import { isCi, Unavailable } from '../helpers/servers/engine.ts';

const missing = await promtoolProgram().then(
  () => undefined,
  (error: unknown) => {
    if (!(error instanceof Unavailable) || isCi) throw error;
    return error.message;
  },
);

const sources = profileIds('metrics');
const plan = '--planned-connections 60 --rollout-connections 12';

interface RulesFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly { alert?: string; expr: string }[] }[];
}

describe.skipIf(missing !== undefined)(
  `the rules, judged by promtool${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'poolctl-alerts-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const print = async (flags: string): Promise<string> => {
      const { stdout, stderr, exitCode } = await poolctl(`rules ${flags}`);
      expect([flags, exitCode, stderr]).toEqual([flags, 0, '']);
      return stdout;
    };
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return name;
    };
    const run = (...args: string[]) => promtool(args, { cwd: folder });

    it('are valid for all sources at once, as a file and as a manifest, and so are the queries of the dashboard', async () => {
      const all = `--for ${sources.join()} --selector 'pgbouncer-exporter-spreaker{job="spreaker"}' ${plan}`;
      const file = write('all.yml', await print(`${all} --label 'why="quoted": #{} \\ %'`));
      const manifest = parse(await print(`${all} --format operator`)) as { spec: RulesFile };
      expect(manifest.spec.groups[0]?.rules.length).toBeGreaterThan(50);
      const dashboard = JSON.parse(await print(`${all} --format grafana`)) as {
        panels: { targets: { expr: string }[] }[];
      };
      const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
      expect(queries.length).toBeGreaterThan(30);
      const recorded = queries.map((expr, index) => ({
        record: `panel:${index}`,
        expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*'),
      }));
      const files = [
        file,
        write('manifest.yml', stringify(manifest.spec)),
        write('panels.yml', stringify({ groups: [{ name: 'panels', rules: recorded }] })),
      ];
      const { stdout, stderr, exitCode } = await run('check', 'rules', ...files);
      expect([stderr, exitCode]).toEqual(['', 0]);
      expect(stdout.match(/SUCCESS: \d+ rules found/g)).toHaveLength(3);
    });

    it('of every source are quiet on bursts and loud on leaks, as their own unit tests say', async () => {
      const tests: string[] = [];
      for (const source of sources) {
        const rules = write(`${source}.rules.yml`, await print(`--for ${source} ${plan}`));
        const flags = `--for ${source} ${plan} --format tests --rules-file ${rules}`;
        tests.push(write(`${source}.test.yml`, await print(flags)));
      }
      const { stdout, stderr, exitCode } = await run('test', 'rules', ...tests);
      expect(`${stderr}${stdout}`.slice(0, 3_000)).not.toContain('FAILED');
      expect(stdout.match(/SUCCESS/g)).toHaveLength(sources.length);
      expect(exitCode).toBe(0);
    }, 120_000);

    it('are tested with slower scrapes, other limits, labels and selectors too', async () => {
      const flags =
        `--for hikaricp-micrometer,postgres-exporter --scrape-interval 1m --alarm saturation=:90% --alarm idle-tx=5m ` +
        `--label team=db --selector '{job=~"shop|cart", stage!="test"}' ${plan}`;
      write('slow.rules.yml', await print(flags));
      const tests = write('slow.test.yml', await print(`${flags} --format tests --rules-file slow.rules.yml`));
      const { stdout, stderr, exitCode } = await run('test', 'rules', tests);
      expect([`${stderr}${stdout}`.slice(0, 3_000), exitCode]).toEqual([expect.not.stringContaining('FAILED'), 0]);
    });

    it('would not pass with what is often written: instant values, a sum before the rate, no first timeout', async () => {
      const { groups } = parse(await print(`--for poolctl-monitor ${plan}`)) as RulesFile;
      const often: Readonly<Record<string, string>> = {
        DatabasePoolNearlyFull: 'sum without (db_client_connection_state) (db_client_connection_count) > 8',
        DatabasePoolRequestsWait: 'rate(poolctl_connection_queued_time_seconds_sum[1m]) > 1',
        DatabasePoolTimeouts: 'rate(sum(db_client_connection_timeouts_total)[5m:15s]) > 0',
      };
      const rules = groups.map(({ name, rules: all }) => ({
        name,
        rules: all.map((rule) =>
          often[rule.alert ?? ''] ? { ...rule, expr: often[rule.alert ?? ''], for: '0s' } : rule,
        ),
      }));
      write('often.rules.yml', stringify({ groups: rules }));
      const flags = `--for poolctl-monitor ${plan} --format tests --rules-file often.rules.yml`;
      const { stdout, stderr, exitCode } = await run('test', 'rules', write('often.test.yml', await print(flags)));
      expect(exitCode).toBe(1);
      const failed = (name: string) => expect(`${stdout}${stderr}`).toContain(name);
      for (const name of ['burst that fills the pool', 'nobody times out', 'first timeouts of all']) failed(name);
    });
  },
);
