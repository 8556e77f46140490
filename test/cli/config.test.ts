import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectOf } from '../helpers/lint-project.ts';
import { poolctl, type Surroundings } from '../helpers/run.ts';

const settings = `servers:
  orders: { profile: mysql, maxConnections: 500, others: 40 }
  other: { maxConnections: 10 }
targets:
  orders: { env: ORDERS_URL }
  billing: { file: ".env:BILLING_URL" }
defaults:
  every: { timeout: 10s, instances: 2 }
  size: { server: orders, headroom: 30%, instances: 4 }
`;

/** Runs poolctl in a folder below that of poolctl.yaml. */
async function run(line: string, text = settings, env: Surroundings['env'] = {}) {
  const { folder } = projectOf({
    'poolctl.yaml': text,
    '.env': 'BILLING_URL=mysql://app:s3cret@127.0.0.1:1/billing\n',
  });
  mkdirSync(join(folder, 'services'));
  return poolctl(line, { cwd: join(folder, 'services'), env });
}

const size = async (more: string, text?: string, env?: Surroundings['env']) =>
  JSON.parse((await run(`size --tps 200 --p95 300 --json ${more}`, text, env)).stdout).result;

describe('poolctl.yaml', () => {
  it('has values of flags that nobody gives, and those of a command go before those for every', async () => {
    const { connectionLimit, fleet, budget } = await size('');
    expect([connectionLimit, fleet.normal.instances, budget.maxConnections]).toEqual([78, 4, 500]);
  });

  it('goes behind the environment, and that behind a flag', async () => {
    const env = { POOLCTL_HEADROOM: '40%' };
    expect((await size('', settings, env)).connectionLimit).toBe(84);
    expect((await size('--headroom 50%', settings, env)).connectionLimit).toBe(90);
  });

  it('goes before --profile', async () => {
    const profile = '--profile large --tps 250';
    expect((await size(profile, 'defaults: { size: { headroom: 0.5 } }\n')).connectionLimit).toBe(120);
    expect((await size(profile, 'servers: {}\n')).connectionLimit).toBe(98);
  });

  it('has servers, whose profile is asked for where it is not known what they are', async () => {
    expect((await size('--server orders')).budget).toMatchObject({ maxConnections: 500, otherConnections: 40 });
    const { stderr, exitCode } = await run('size --tps 200 --p95 300 --server other');
    expect([stderr.split('\n')[0], exitCode]).toEqual([
      'error[INPUT_MISSING]: ../poolctl.yaml:3: what kind of server is other?',
      2,
    ]);
  });

  it('has targets by name, whose DSN is in a variable or a file, for every command that asks a server', async () => {
    const env = { ORDERS_URL: 'postgres://app:s3cret@127.0.0.1:1/x' };
    for (const line of [
      'inspect orders',
      'inspect billing',
      'measure orders',
      'size --tps 1 --p95 9 --server billing',
    ]) {
      const { stderr, exitCode } = await run(line, settings, env);
      expect([line, stderr.split(' ')[0], exitCode]).toEqual([line, 'error[CONNECT_REFUSED]:', 3]);
      expect(stderr).not.toContain('s3cret');
    }
    expect((await run('inspect orders')).stderr).toContain('the environment variable ORDERS_URL is not set');
  });

  it.each([
    ['size: { headrom: 1 }', '--headrom. Did you mean "headroom"?'],
    ['sise: { headroom: 1 }', 'sise is no command. Did you mean "size"?'],
    ['size: { json: 1 }', '--json is given on the command line alone'],
    ['size: { output: ../a }', '--output is given on the command line alone'],
    ['size: { from: a.json }', '--from is given on the command line alone'],
    ['size: { server: "postgres://app:s3cret@evil/x" }', '"postgres://***@evil/x" names a server to ask'],
    ['size: { server: env }', '"env" names a server to ask'],
    ['every: { sslmode: disable }', '--sslmode is given on the command line alone'],
    ['size: 3', 'defaults.size'],
  ])('is refused with its line: defaults: { %s }', async (defaults, said) => {
    const { stderr, exitCode } = await run('size --tps 1 --p95 9', `# \ndefaults:\n  ${defaults}\n`);
    expect(stderr).toMatch(/^error\[CONFIG_INVALID\]: \.\.\/poolctl\.yaml:3/);
    expect(stderr).toContain(said);
    expect(exitCode).toBe(2);
  });

  it('lets nobody decide by a file how far a probe goes, what it sends, or where a command listens', async () => {
    for (const [command, flag] of [
      ...['sql', 'var', 'workload', 'hold', 'share', 'free-floor', 'max-errors', 'shards', 'control', 'save'].map(
        (name) => ['probe', name] as const,
      ),
      ['watch', 'listen'] as const,
      ['fleet', 'enforce'] as const,
    ]) {
      const { stderr } = await run(`${command} x`, `defaults: { ${command}: { ${flag}: 1 } }\n`);
      expect([flag, stderr.includes(`--${flag} is given on the command line alone`)]).toEqual([flag, true]);
    }
  });

  it('leaves help alone where it has a mistake', async () => {
    expect((await run('size --help', 'defaults: { size: { x: 1 } }\n')).exitCode).toBe(0);
  });

  it('is no mistake to lint', async () => {
    expect((await run('lint ..')).exitCode).toBe(0);
  });
});

describe('poolctl config', () => {
  const flagsOf = async (line: string, env: Surroundings['env'] = {}) =>
    JSON.parse((await run(`${line} --json`, settings, env)).stdout).result.flags;

  it('says of each value where it is from', async () => {
    const flags = await flagsOf('config size --headroom 20%', { POOLCTL_SURGE: '25%' });
    const of = (flag: string) => flags.find((one: { flag: string }) => one.flag === flag);
    expect(of('headroom')).toMatchObject({ value: '20%', source: '--headroom' });
    expect(of('surge')).toMatchObject({ value: '25%', source: 'POOLCTL_SURGE' });
    expect(of('instances')).toMatchObject({ value: '4', source: '../poolctl.yaml:9' });
    expect(of('timeout')).toMatchObject({ value: '10s', source: '../poolctl.yaml:8' });
    expect(of('color')).toMatchObject({ value: 'auto', source: 'default' });
  });

  it('lists of all commands what differs from the defaults', async () => {
    const flags = await flagsOf('config');
    expect(flags).toContainEqual({ command: 'inspect', flag: 'timeout', value: '10s', source: '../poolctl.yaml:8' });
    expect(flags.filter(({ source }: { source: string }) => source === 'default')).toEqual([]);
  });

  it('lists servers and targets, and shows no secret', async () => {
    const env = { ORDERS_URL: 'postgres://app:s3cret@db/x', POOLCTL_SERVER: 'postgres://app:s3cret@db/x' };
    for (const format of ['table', 'json', 'markdown']) {
      const { stdout, stderr } = await run(`config --format ${format}`, settings, env);
      expect(stdout + stderr).not.toContain('s3cret');
      for (const part of ['ORDERS_URL', '.env:BILLING_URL', '500']) expect(stdout).toContain(part);
    }
  });

  it('refuses what the command would refuse', async () => {
    expect((await run('config size --headroom much')).stderr).toContain('error[VALUE_INVALID]: --headroom "much"');
    expect((await run('config size --hedroom 3')).stderr).toContain('error[USAGE]: Unknown option');
  });

  it('says where there is no file', async () => {
    const { folder } = projectOf({ 'a.txt': '' });
    expect((await poolctl('config', { cwd: folder })).stdout).toMatch(/^There is no poolctl\.yaml/);
  });
});
