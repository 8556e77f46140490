import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { poolctl } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-size-'));
afterAll(() => rmSync(folder, { recursive: true }));

const json = async (line: string, surroundings = {}) =>
  JSON.parse((await poolctl(`${line} --json`, surroundings)).stdout);

const codesOf = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code);

describe('the answer', () => {
  it('is on the first line: the three settings', async () => {
    const { stdout, stderr, exitCode } = await poolctl('size --tps 200 --p95 300');
    expect(stdout.split('\n')[0]).toBe('connectionLimit 90   queueLimit 50   acquireTimeout 30000 ms');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('is yes with exit code 0 when the pool carries the load and the fleet fits: the next two lines say so', async () => {
    const { stdout, exitCode } = await poolctl('size --tps 200 --p95 300 --max-connections 151');
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      '✓ carries the load: p99 wait 0 ms, 0 % lost, 24 % in use.',
      '✓ fits: 1 instance × 90 = 90 connections, the server has 151 for it.',
    ]);
    expect(exitCode).toBe(0);
  });

  it('is no with exit code 1 when it does not, with the largest limit, its price and levers', async () => {
    const { stdout, exitCode } = await poolctl('size --tps 200 --p95 300 --instances 3 --server mysql');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('✗ does not fit: 3 instances × 90 = 270 connections, mysql has 151 for it.');
    expect(stdout).toContain('The largest connectionLimit that fits is 50. It serves up to 463 TPS');
    expect(stdout).toMatch(/hold a connection for +166 ms +at most, at the p95, by the formula; now/);
    expect(stdout).toMatch(/raise max_connections to +270 +memory for the fleet: 135 MiB on mysql/);
    expect(stdout).toMatch(/a transaction pooler +\d+/);
  });

  it.each([
    ['size --tps 200 --p95 300', 90, 50],
    ['size --tps 200/s --p95 0.3s', 90, 50],
    ['size --tps 12k/min --p95 300ms', 90, 50],
    ['size --tps 50 --p95 200', 15, 8],
    ['size --tps 500 --p95 300 --headroom 30%', 200, 110],
    ['size --total-tps 600 --instances 3 --p95 300', 90, 50],
    ['size --profile large', 200, 110],
    ['size --profile small', 15, 8],
    ['size --profile qa', 50, 30],
    ['size --profile users-small', 5, 3],
  ])('%s: connectionLimit %d, queueLimit %d', async (line, connectionLimit, queueLimit) => {
    expect((await json(line)).result).toMatchObject({ connectionLimit, queueLimit });
  });

  it('says whose load it is, and both totals', async () => {
    const one = (await poolctl('size --tps 200 --p95 300 --instances 3')).stdout;
    expect(one).toMatch(/load +200 TPS +per instance; 600 TPS in the fleet of 3/);
    const fleet = (await poolctl('size --total-tps 600 --p95 300 --instances 3')).stdout;
    expect(fleet).toMatch(/load +200 TPS +per instance \(--total-tps divided\); 600 TPS/);
  });

  it('checks the worst minute of a roll-out, with workers, autoscaling and surge', async () => {
    const { result } = await json(
      'size --tps 40 --p95 80 --instances 8 --max-instances 20 --processes 2 --surge 25% --server aws-rds-postgres:db.t3.medium',
    );
    expect(result.connectionLimit).toBe(3);
    expect(result.fleet.normal).toMatchObject({ instances: 8, pools: 16, connections: 48 });
    expect(result.fleet.rollout).toMatchObject({
      instances: 25,
      pools: 50,
      connections: 150,
      leftConnections: 412 - 150,
    });
  });

  const ofEight = 'size --profile local --connection-limit 10 --instances 8 --max-connections 100 --reserved 3';

  it.each([
    ['--surge 1', 9],
    ['--surge 0', 8],
    ['--surge 100%', 16],
    ['--surge 0.25', 10],
    ['--platform kubernetes', 10],
    ['--platform kubernetes:recreate', 8],
    ['--platform kubernetes:daemonset', 8],
    ['--platform kubernetes --surge 1', 9],
    ['--platform argo-rollouts', 10],
    ['--platform argo-rollouts:bluegreen', 16],
    ['--platform ecs', 16],
    ['--platform cloud-run', 16],
    ['--platform cloud-run:service', 9],
    ['--platform azure-container-apps', 16],
    ['--platform compose', 8],
    ['--platform compose:start-first', 9],
    ['--platform heroku:preboot', 16],
  ])('with %s eight instances are %d in a roll-out', async (flags, instances) => {
    expect((await json(`${ofEight} ${flags}`)).result.fleet.rollout.instances).toBe(instances);
  });

  it('says which roll-out of a platform it took, and what old instances can hold beside it', async () => {
    const { stdout } = await poolctl(`${ofEight} --platform ecs --explain`);
    expect(stdout).toMatch(/rounded down\).*\n(.*\n)+ +surge +100 % +platform ecs: service \(rolling update\)/);
    const { result, warnings } = await json(`${ofEight} --surge 1 --platform kubernetes`);
    expect(result.fleet.withTerminating).toMatchObject({ instances: 16, connections: 160 });
    expect(codesOf(warnings)).toContain('TERMINATING_NOT_COUNTED');
    for (const quiet of [
      '--surge 1 --platform kubernetes:recreate',
      '--surge 1',
      '--platform kubernetes --instances 4',
    ]) {
      expect([quiet, codesOf((await json(`${ofEight} ${quiet}`)).warnings)]).toEqual([
        quiet,
        expect.not.arrayContaining(['TERMINATING_NOT_COUNTED']),
      ]);
    }
    const unknown = await poolctl(`${ofEight} --platform kubernetes:elsewhere`);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('"Deployment (Recreate)"');
  });

  it('sizes a function on Managed Instances by its load, and one on Lambda for a request at a time', async () => {
    const at = async (platform: string) => (await json(`size --tps 200 --p95 300 --platform ${platform}`)).result;
    expect(await at('lambda')).toMatchObject({ connectionLimit: 1, limitedBy: 'platform' });
    expect(await at('lambda:managed')).toMatchObject({ connectionLimit: 90, limitedBy: 'demand' });
  });

  it('lowers the acquire timeout to what a deadline leaves, and says so', async () => {
    const { stdout } = await poolctl('size --tps 200 --p95 300 --deadline 3s --explain');
    expect(stdout).toContain('acquireTimeout 2470 ms');
    expect(stdout).toMatch(
      /acquireTimeout = the smaller of the setting and deadline − p99 of the hold\s+times\n +deadline +3 s +--deadline/,
    );
  });

  it('shows the bound of cores and disks as a bound, never as the answer', async () => {
    const { stdout } = await poolctl('size --tps 200 --p95 300 --cores 4 --spindles 1');
    expect(stdout).toMatch(/^connectionLimit 90 /);
    expect(stdout).toMatch(/active at once +9 +bound of the whole server: 2 × cores \+/);
  });

  it('names the folklore of 4 MB per connection as such', async () => {
    const { stdout } = await poolctl('size --tps 200 --p95 300 --instances 3 --server mysql --explain');
    expect(stdout).toMatch(/memory on mysql +135 MiB/);
    expect(stdout).toMatch(/folklore of 4 MB each, for all +1\.05 GiB +not used: no primary source/);
  });

  it('lets --max-connections and --reserved overrule what a profile says', async () => {
    const { result } = await json('size --tps 20 --p95 300 --server postgres --max-connections 200 --reserved 10');
    expect(result.budget).toMatchObject({ maxConnections: 200, reservedConnections: 10, availableConnections: 190 });
  });
});

describe('the model', () => {
  it('says beside the formula what its pool will do, and which pool would be enough', async () => {
    const { stdout } = await poolctl('size --tps 200 --p50 80 --p95 300');
    expect(stdout).toMatch(/held on average +110 ms +lognormal through p50\+p95/);
    expect(stdout).toMatch(/p99 wait +0 ms/);
    expect(stdout).toMatch(/fires first +queueLimit +from \d+ TPS on; the last place of the/);
    expect(stdout).toMatch(/smallest pool +28 +within the same, with any queue;/);
    expect(stdout).toMatch(/by hand +32 +R \+ 2 × √R, R = 22.1 in use/);
  });

  it('decides with --method model, within the targets that are given', async () => {
    const of = async (flags: string) =>
      (await json(`size --tps 200 --p50 80 --p95 300 --method model ${flags}`)).result;
    const relaxed = await of('--max-wait-p99 500ms');
    const strict = await of('--max-wait-p99 5ms --max-loss 0.01%');
    expect(relaxed.limitedBy).toBe('model');
    expect(strict.connectionLimit).toBeGreaterThan(relaxed.connectionLimit);
    expect(strict.outlook.prediction.p99WaitMs).toBeLessThanOrEqual(5);
    expect(strict.outlook.targets).toMatchObject({ maxWaitP99Ms: 5, maxLossRatio: 0.0001 });
  });

  it('is confirmed by simulation with --simulate: both stand side by side', async () => {
    const line = 'size --tps 200 --p50 80 --p95 300 --method model --simulate';
    const { stdout, exitCode } = await poolctl(line);
    expect(stdout).toMatch(/By simulation.*: agrees/);
    for (const wait of ['mean', 'p95', 'p99']) {
      expect(stdout).toMatch(new RegExp(`${wait} wait +[\\d.]+ ms +[\\d.]+ ms ± `));
    }
    expect(exitCode).toBe(0);
    const { result } = await json(line);
    expect(result.simulation).toMatchObject({ agrees: true, isFinished: true });
    const { mean } = result.simulation.figures.meanWaitMs;
    // The model sizes by the heavy end of what the figures allow, and so does the simulation.
    expect(result.simulation.prediction.meanWaitMs / mean).toBeGreaterThan(0.6);
    expect(result.simulation.prediction.meanWaitMs / mean).toBeLessThan(1.6);
  });

  it('takes the answer of the simulation, with its queue, its budget, its snippet and its exit code', async () => {
    // Bursts of 4.2 times the quiet rate: 26 connections by the formula for bursts, 33 to 34 by simulation.
    const line =
      'size --tps 120 --mean 100ms --p50 70.7107ms --burst 4.2x:200ms/1400ms --max-wait-p99 90ms --method model --simulate --emit pg --max-connections 33';
    const { stdout, exitCode } = await poolctl(`${line} --json`);
    const { result, warnings } = JSON.parse(stdout);
    expect(result.simulation.need.connectionLimit).toBeGreaterThanOrEqual(33);
    expect(result.simulation.need.low).toBeLessThanOrEqual(result.simulation.need.high);
    expect(result.connectionLimit).toBe(result.simulation.need.connectionLimit);
    expect(result.snippets[0].text).toContain(`max: ${result.connectionLimit},`);
    expect(result.outlook.demand.isMet).toBe(true);
    expect(result.simulation.figures.lostRatio.mean).toBeLessThanOrEqual(0.001);
    expect(result.budget.fits).toBe(result.connectionLimit <= 33);
    expect(exitCode).toBe(result.budget.fits ? 0 : 1);
    expect(warnings.map(({ code }: { code: string }) => code)).not.toContain('BURSTS_ARE_ROUGH');
  });

  it('says by simulation too what a pool of one’s own misses', async () => {
    const line = 'size --tps 100 --mean 5ms --connection-limit 1 --queue-limit 1';
    for (const by of ['', ' --simulate']) {
      const { stdout, exitCode } = await poolctl(line + by);
      expect(stdout).toMatch(/✗ does not carry the load(, by simulation)?: loses 14\.\d % \(target 0\.1\s+%\), p99/);
      expect(exitCode).toBe(1);
    }
  });

  it.each(['40ms/300ms', '300ms/1500ms', '2s/14s'])(
    'is confirmed by simulation under bursts of 3x:%s',
    async (lengths) => {
      const { result, warnings } = await json(
        `size --tps 200 --p50 80 --p95 300 --method model --burst 3x:${lengths} --simulate`,
      );
      expect(result.simulation.agrees).toBe(true);
      expect(warnings.map(({ code }: { code: string }) => code)).not.toContain('MODEL_DISAGREES');
      const ratio = result.simulation.need.connectionLimit / result.outlook.smallest.range.high;
      expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
    },
  );

  it('sizes by measured hold times from a file of samples or a histogram', async () => {
    writeFileSync(join(folder, 'holds.txt'), `${'50ms\n'.repeat(90)}${'400ms\n'.repeat(10)}`);
    writeFileSync(join(folder, 'buckets.txt'), '100ms 90\n500ms 10\n');
    const at = { cwd: folder };
    const { result } = await json('size --tps 200 --samples holds.txt', at);
    expect(result.load).toMatchObject({ holdTimeBasis: 'measured', offeredLoad: 17 });
    expect(result.outlook.hold).toMatchObject({ family: 'samples', basis: '100 samples' });
    expect(result.outlook.smallest.range.high).toBeGreaterThan(result.outlook.smallest.connectionLimit);
    expect((await json('size --tps 200 --histogram buckets.txt', at)).result.load.offeredLoad).toBeCloseTo(15, 6);
    const both = await poolctl('size --tps 200 --samples holds.txt --p95 300', at);
    expect(both.stderr).toContain('--samples and --p95 cannot both be given.');
    writeFileSync(join(folder, 'broken.txt'), '50ms\nfast\n');
    expect((await poolctl('size --tps 200 --samples broken.txt', at)).stderr).toContain(
      'error[INPUT_INVALID]: broken.txt:2:',
    );
  });

  it('states its known error in --explain', async () => {
    const { stdout } = await poolctl('size --tps 200 --p50 80 --p95 300 --explain');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /off by −?\d+ % to \+\d+ % for nine of ten workloads with such hold times/,
    );
  });
});

describe('--explain', () => {
  it('says where each number came from: flag, environment, profile and key, default', async () => {
    const { stdout } = await poolctl('size --tps 300 --profile large --instances 2', { env: { POOLCTL_RTT: '50ms' } });
    const explained = await poolctl('size --tps 300 --profile large --instances 2 --explain', {
      env: { POOLCTL_RTT: '50ms' },
    });
    expect(stdout).not.toContain('How it was calculated');
    expect(explained.stdout).toMatch(/TPS of one instance +300 TPS +--tps/);
    expect(explained.stdout).toMatch(/p95 as the hold time +300 ms +profile large: workload\.p95/);
    expect(explained.stdout).toMatch(/round trip +50 ms +POOLCTL_RTT/);
    expect(explained.stdout).toMatch(/headroom +30 % +profile large: headroom/);
    expect(explained.stdout).toMatch(/surge +0 % +default/);
  });
});

describe('a profile', () => {
  it("of the user's own is read from a file, and flags win over it", async () => {
    writeFileSync(join(folder, 'mine.yaml'), 'title: Mine\nworkload: { tps: 120, hold: 80ms }\nheadroom: 30%\n');
    const at = { cwd: folder };
    expect((await json('size --profile ./mine.yaml', at)).result.connectionLimit).toBe(13);
    expect((await json('size --profile mine.yaml --tps 240', at)).result.connectionLimit).toBe(25);
    expect((await json('size --profile mine.yaml --p95 300', at)).result.connectionLimit).toBe(47);
  });

  it('is read from standard input as -', async () => {
    const { result } = await json('size --profile -', { stdin: 'title: Mine\nsettings: { connectionLimit: 7 }\n' });
    expect(result.connectionLimit).toBe(7);
  });

  it('with a mistake is refused with file, line, column and what is allowed', async () => {
    writeFileSync(join(folder, 'bad.yaml'), 'title: Bad\nsettings:\n  acquireTimeot: 30s\n');
    const { stderr, stdout, exitCode } = await poolctl('size --profile bad.yaml', { cwd: folder });
    expect(stderr).toContain(
      'error[PROFILE_INVALID]: bad.yaml:3:18: settings.acquireTimeot: unknown key. Did you mean "acquireTimeout"?',
    );
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it('warns when the load is outside of what it is made for', async () => {
    const { warnings } = await json('size --profile large --tps 700');
    expect(warnings[0]).toMatchObject({ code: 'PROFILE_OUTSIDE_RANGE' });
  });
});

describe('output', () => {
  it('as JSON is one document with a versioned schema and no other text', async () => {
    const document = await json('size --tps 200 --p95 300');
    expect(Object.keys(document)).toEqual(['schema', 'poolctl', 'result', 'warnings']);
    expect(document).toMatchObject({
      schema: 'poolctl.size/1',
      result: { connectionLimit: 90, queueLimit: 50, acquireTimeoutMs: 30_000, connectTimeoutMs: 10_000 },
    });
  });

  it('as JSON of an error is a document too, on stdout', async () => {
    const { stdout, stderr, exitCode } = await poolctl('size --tps zero --p95 300 --json');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'poolctl.error/1', error: { code: 'VALUE_INVALID' } });
    expect(stderr).toBe('');
    expect(exitCode).toBe(2);
  });

  it('as markdown has tables that render, and the snippet fenced', async () => {
    const { stdout } = await poolctl(
      'size --tps 200 --p95 300 --instances 3 --server mysql --emit mysql2 --format markdown',
    );
    expect(stdout).toMatch(/^\*\*connectionLimit 90/);
    expect(stdout).toContain('|  | normal | roll-out |\n| --- | ---: | ---: |\n| instances | 3 | 3 |');
    expect(stdout).toMatch(/```ts\n\/\/ connectionLimit 90: /);
  });

  it('goes to the file named by -o, and stdout stays empty', async () => {
    const file = join(folder, 'size.json');
    const { stdout, exitCode } = await poolctl(['size', '--tps', '200', '--p95', '300', '--json', '-o', file]);
    expect([stdout, exitCode]).toEqual(['', 0]);
    expect(JSON.parse(readFileSync(file, 'utf8')).result.connectionLimit).toBe(90);
  });

  it('that cannot be written is exit code 3', async () => {
    const { stderr, exitCode } = await poolctl([
      'size',
      '--tps',
      '200',
      '--p95',
      '300',
      '-o',
      join(folder, 'no/such/file'),
    ]);
    expect(stderr).toMatch(/^error\[OUTPUT_UNWRITABLE\]: /);
    expect(exitCode).toBe(3);
  });

  it('is coloured on a terminal only, and --color, NO_COLOR and FORCE_COLOR decide otherwise', async () => {
    const coloured = async (line: string, surroundings: { tty?: boolean; env?: Record<string, string> }) =>
      (await poolctl(`size --tps 200 --p95 300${line}`, surroundings)).stdout.includes('\u001b[');
    expect(await coloured('', { tty: true })).toBe(true);
    expect(await coloured('', { tty: false })).toBe(false);
    expect(await coloured('', { tty: true, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await coloured('', { tty: true, env: { TERM: 'dumb' } })).toBe(false);
    expect(await coloured('', { env: { FORCE_COLOR: '1' } })).toBe(true);
    expect(await coloured(' --color never', { tty: true, env: { FORCE_COLOR: '1' } })).toBe(false);
    expect(await coloured(' --color always', { env: { NO_COLOR: '1' } })).toBe(true);
  });

  it('keeps to 80 columns', async () => {
    const { stdout } = await poolctl('size --tps 200 --p50 80 --p95 300 --instances 3 --server mysql --cores 4');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('takes its format from the environment, and a flag wins', async () => {
    const env = { POOLCTL_FORMAT: 'json' };
    expect((await poolctl('size --tps 200 --p95 300', { env })).stdout).toMatch(/^\{/);
    expect((await poolctl('size --tps 200 --p95 300 --format table', { env })).stdout).toMatch(/^connectionLimit/);
  });
});

describe('--emit', () => {
  it('warns that the chosen driver has no acquire timeout, from its profile', async () => {
    const { warnings, result } = await json('size --tps 200 --p95 300 --emit mysql2,typeorm,pg');
    const lacks = warnings.filter(({ code }: { code: string }) => code === 'DRIVER_LACKS_OPTION');
    expect(lacks.map(({ message }: { message: string }) => message.split(':')[0])).toEqual([
      'mysql2 has no acquire timeout',
      'TypeORM on mysql2 has no acquire timeout',
      'pg (node-postgres) has no queue limit',
    ]);
    expect(result.snippets.map(({ target }: { target: string }) => target)).toEqual(['mysql2', 'typeorm', 'pg']);
  });

  it("writes TypeORM for the server's engine", async () => {
    const text = async (server: string) =>
      (await json(`size --tps 2 --p95 300 --server ${server} --emit typeorm`)).result.snippets[0].text;
    expect(await text('postgres')).toContain("type: 'postgres'");
    expect(await text('mariadb')).toContain("type: 'mariadb'");
    expect(await text('aws-rds-mysql:db.t3.medium')).toContain("type: 'mysql'");
  });

  it('marks a snippet whose pool does not fit', async () => {
    const { stdout } = await poolctl('size --tps 200 --p95 300 --instances 3 --server mysql --emit mysql2');
    expect(stdout).toContain(
      '// DOES NOT FIT: the fleet takes 270 connections and the server has 151 for it; at most 50 fits.',
    );
  });

  it('refuses a driver that does not talk to the server', async () => {
    const { stderr, exitCode } = await poolctl('size --tps 2 --p95 300 --server postgres --emit mysql2');
    expect(stderr).toContain('mysql2 does not talk to postgres.');
    expect(exitCode).toBe(2);
  });
});
