import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { poolctl } from '../helpers/run.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

async function rulesOf(flags: string, stdin?: string): Promise<readonly Rule[]> {
  const { stdout, stderr, exitCode } = await poolctl(`rules ${flags}`, stdin === undefined ? {} : { stdin });
  expect([stderr, exitCode]).toEqual(['', 0]);
  return (parse(stdout) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
}

const named = (rules: readonly Rule[], alert: string) => rules.filter((rule) => rule.alert === alert);

describe('poolctl rules', () => {
  it("writes rules for poolctl's own metrics where nothing is asked", async () => {
    const sources = new Set((await rulesOf('')).map(({ labels }) => labels['source']));
    expect([...sources]).toEqual(['poolctl-watch', 'poolctl-monitor']);
  });

  it('takes the room of a roll-out and the planned connections from an answer of size', async () => {
    const size = await poolctl(
      'size --profile local --connection-limit 10 --instances 4 --surge 50% --server postgres --json',
    );
    const rules = await rulesOf('--for poolctl-monitor,postgres-exporter --from -', size.stdout);
    expect(named(rules, 'DatabaseNoRolloutHeadroom')[0]?.expr).toMatch(/< 20$/);
    expect(named(rules, 'DatabasePoolsBeyondPlan')[0]?.expr).toMatch(/> 60$/);
    const without = await rulesOf('--for poolctl-monitor,postgres-exporter');
    expect(named(without, 'DatabaseNoRolloutHeadroom')).toEqual([]);
  });

  it('takes them from an answer of fleet for one server, and refuses one for several', async () => {
    const server = (name: string) => ({ name, normal: { connections: 48 }, worstMinute: { connections: 216 } });
    const fleet = (...servers: object[]) => JSON.stringify({ schema: 'poolctl.fleet/1', result: { servers } });
    const rules = await rulesOf('--for poolctl-monitor,postgres-exporter --from -', fleet(server('orders')));
    expect(named(rules, 'DatabaseNoRolloutHeadroom')[0]?.expr).toMatch(/< 168$/);
    expect(named(rules, 'DatabasePoolsBeyondPlan')[0]?.expr).toMatch(/> 216$/);
    const both = await poolctl('rules --from -', { stdin: fleet(server('orders'), server('users')) });
    expect(both.exitCode).toBe(2);
    expect(both.stderr).toContain('it is of 2 servers, and rules are of one: orders, users');
  });

  it('takes the limits of watch, or those of --alarm', async () => {
    const rules = await rulesOf(
      '--for poolctl-watch --alarm saturation=70% --alarm max-wait=2s:9s --alarm idle-tx=off',
    );
    const ends = (alert: string) => named(rules, alert).map(({ expr }) => / > (\S+)$/.exec(expr)?.[1]);
    expect(ends('DatabasePoolNearlyFull')).toEqual(['0.7']);
    expect(ends('PgBouncerClientsWait')).toEqual(['2', '9']);
    expect(ends('DatabaseTransactionOpenLong')).toEqual(['300']);
    expect(named(rules, 'DatabaseIdleInTransaction')).toEqual([]);
  });

  it('puts a selector into every series, and one of a source into those of that source', async () => {
    const flags = `--for hikaricp-micrometer,postgres-exporter --selector '{env="prod"}' --selector 'postgres-exporter{job="pg"}'`;
    const rules = await rulesOf(flags);
    for (const { expr, labels } of rules) {
      const series = expr.match(/\b(?:hikaricp|pg)_\w+(?:\{[^}]*\})?/g) ?? [];
      expect(series.length).toBeGreaterThan(0);
      const wanted = labels['source'] === 'postgres-exporter' ? 'env="prod", job="pg"' : 'env="prod"';
      for (const one of series) expect(one).toContain(wanted);
    }
  });

  it('widens its windows to four scrapes', async () => {
    const [rule] = named(await rulesOf('--for hikaricp-micrometer --scrape-interval 2m'), 'DatabasePoolRequestsWait');
    expect(rule?.expr).toContain('[8m]');
  });

  it('puts labels on every alert, and one source on each', async () => {
    const rules = await rulesOf('--for poolctl-watch --label team=db --label severity=page');
    expect(new Set(rules.map(({ labels }) => labels['team']))).toEqual(new Set(['db']));
    expect(new Set(rules.map(({ labels }) => labels['severity']))).toEqual(new Set(['page']));
  });

  it('leaves out a source whose names another one includes', async () => {
    const rules = await rulesOf('--for opentelemetry,poolctl-monitor');
    expect(new Set(rules.map(({ labels }) => labels['source']))).toEqual(new Set(['poolctl-monitor']));
  });

  it.each([
    ['--for hikari', 'There is no source of metrics "hikari".', 'poolctl rules --list'],
    ['--for pgbouncer-exporter,pgbouncer-exporter-spreaker', 'both have pgbouncer_up', '--selector'],
    [`--for poolctl-watch --selector 'mysqld-exporter{a="b"}'`, 'no rules are asked for it', 'mysqld-exporter'],
    [`--selector '{job=a}'`, 'is no selector of Prometheus', '{job="orders"}'],
    ['--label 9=x', 'is no label', 'team=db'],
    ['--label team', 'is no label', 'team=db'],
    ['--label x={{y}}', 'begins a template', 'the value itself'],
    ['--group Pools', 'is no name of a group', 'small letters'],
    ['--scrape-interval 1500ms', 'is not whole seconds', '15s'],
    ['--for mysqld-exporter --alarm saturation=off --from README.md', 'this is not JSON', 'poolctl size --json'],
    ['--format table', '--format "table" is not known.', 'prometheus, operator, grafana, tests'],
    [`--format tests --selector '{job=~"[a-z]{3}"}'`, 'No test can be written', 'an equality'],
  ])('refuses %s', async (flags, why, next) => {
    const { stdout, stderr, exitCode } = await poolctl(`rules ${flags}`);
    expect([stdout, exitCode]).toEqual(['', 2]);
    expect(stderr).toContain(why);
    expect(stderr).toContain(next);
  });
});

describe('poolctl rules -o', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'poolctl-rules-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes the file that --from named as what was planned, and no template of it', async () => {
    const { stdout } = await poolctl('size --profile local --connection-limit 10 --instances 4 --surge 50% --json');
    writeFileSync(join(folder, 'a{{b.json'), stdout);
    const ran = await poolctl(['rules', '--for', 'poolctl-watch', '--from', 'a{{b.json', '-o', 'rules.yml'], {
      cwd: folder,
    });
    expect([ran.stdout, ran.stderr, ran.exitCode]).toEqual(['', '', 0]);
    expect(readFileSync(join(folder, 'rules.yml'), 'utf8')).toContain('a{ {b.json');
  });

  it('says where it cannot write', async () => {
    const { stderr, exitCode } = await poolctl(['rules', '-o', join(folder, 'nowhere', 'rules.yml')]);
    expect(stderr).toContain('Cannot write the result to');
    expect(exitCode).toBe(3);
  });
});
