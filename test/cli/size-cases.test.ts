import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { poolctl } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-cases-'));
afterAll(() => rmSync(folder, { recursive: true }));

const answer = async (line: string) => {
  const { stdout, exitCode } = await poolctl(`size ${line} --json`, { cwd: folder });
  const { result, warnings } = JSON.parse(stdout);
  return { result, exitCode, codes: warnings.map(({ code }: { code: string }) => code) };
};

describe('the formula’s pool that its own model condemns is raised', () => {
  it.each([
    // TPS, mean, what the formula says, and the fewest connections by M/M/c with p99 wait <= mean and 0.1 % lost.
    [100, '5ms', 1, 3],
    [10, '100ms', 2, 4],
    [15, '40ms', 1, 3],
    [50, '20ms', 2, 4],
    [100, '20ms', 3, 5],
    [200, '5ms', 2, 4],
    [200, '20ms', 6, 7],
  ])('%d TPS x %s: formula %d, raised to %d', async (tps, mean, byFormula, connectionLimit) => {
    const { result, exitCode } = await answer(`--tps ${tps} --mean ${mean}`);
    expect(result).toMatchObject({ connectionLimit, connectionLimitByFormula: byFormula, limitedBy: 'targets' });
    expect(result.outlook.demand.isMet).toBe(true);
    expect(result.demandByFormula.isMet).toBe(false);
    expect(exitCode).toBe(0);
  });

  it('and so is its queue: 200 TPS x 40 ms keep 12 connections, with room for 13 to wait', async () => {
    const { result } = await answer('--tps 200 --mean 40ms');
    expect(result).toMatchObject({ connectionLimit: 12, queueLimitByRule: 7, queueLimit: 13 });
  });

  it('with the targets that were given on the first line, and exit code 1 where the pool is fixed', async () => {
    const line = '--tps 100 --mean 5ms --max-loss 0.1% --max-wait-p99 2ms';
    const { stdout } = await poolctl(`size ${line}`);
    expect(stdout).toMatch(
      /^connectionLimit 3 .*\n✓ carries the load: .*\n {2}formula 1, raised to 3: with 1 connection: /,
    );
    const own = await poolctl(`size ${line} --connection-limit 1`);
    expect(own.stdout).toMatch(/^connectionLimit 1 .*\n✗ does not carry the load: /);
    expect(own.exitCode).toBe(1);
  });
});

describe('a guess is carried as a guess', () => {
  it.each([
    // What the truth needs: all holds alike; two kinds, shown by the p99; a tail that ends at the deadline.
    ['--tps 200 --p95 50', 12, 'LOAD_UNCERTAIN'],
    ['--tps 200 --p50 7.24 --p95 38.4 --p99 1480', 18, 'LOAD_UNCERTAIN'],
    ['--tps 200 --p50 8ms --p95 90ms --deadline 2s', 13, 'LOAD_UNCERTAIN'],
    ['--tps 200 --p50 8ms --p95 90ms --p99 900ms --deadline 2s', 13, 'HOLDS_OF_TWO_KINDS'],
  ])('%s --method model has the %d connections that the truth needs, and says %s', async (line, need, code) => {
    const { result, codes } = await answer(`${line} --method model`);
    expect(result.connectionLimit).toBeGreaterThanOrEqual(need);
    expect(codes).toContain(code);
  });

  it.each([['--tps 200 --p50 5ms --p95 5ms --p99 5s'], ['--tps 200 --p50 10ms --p95 20ms --p99 900ms']])(
    '%s: the p95 understates the load, nothing says that it overstates it, and the answer is raised',
    async (line) => {
      const { result, codes } = await answer(line);
      expect(codes).toContain('LOAD_UNDERSTATED');
      expect(codes).not.toContain('LOAD_OVERSTATED');
      expect(result.connectionLimit).toBeGreaterThan(result.connectionLimitByFormula);
      expect(result.outlook.demand.isMet).toBe(true);
    },
  );

  it('the open bucket of a histogram too, unless the sum of all times is there', async () => {
    const buckets = 'http_bucket{le="0.1"} 50\nhttp_bucket{le="0.5"} 90\nhttp_bucket{le="+Inf"} 100\n';
    writeFileSync(join(folder, 'open.txt'), buckets);
    writeFileSync(join(folder, 'summed.txt'), `${buckets}http_sum 40\n`);
    const open = await answer('--tps 200 --histogram open.txt');
    expect(open.result.outlook.hold).toMatchObject({ isAssumed: true, openShare: 0.1 });
    expect(open.codes).toContain('LOAD_UNCERTAIN');
    expect(open.result.load.meanLoad.high).toBeGreaterThan(open.result.load.meanLoad.estimate);
    const summed = await answer('--tps 200 --histogram summed.txt');
    expect(summed.result.outlook.hold.meanMs).toBeCloseTo(400, 6);
    expect(summed.result.outlook.hold.isAssumed).toBe(false);
    expect(summed.codes).toEqual(['LAST_BUCKET_OPEN']);
  });
});

describe('one story in one answer', () => {
  it('the comment of a snippet states the step that decided, with arithmetic that is right', async () => {
    const comment = async (line: string) => (await answer(`${line} --emit pg`)).result.snippets[0].text.split('\n')[0];
    expect(await comment('--tps 200 --p95 300')).toBe(
      '// connectionLimit 90: 200 TPS x 300 ms (p95) = 60 connections, plus 50 % headroom.',
    );
    expect(await comment('--tps 200 --mean 300 --method model')).toMatch(
      /^\/\/ connectionLimit 67: the fewest for p99 wait at most 300 ms, at most 0\.1 % lost, 90 % in use\.$/,
    );
    expect(await comment('--tps 200 --p95 300 --connections-per-request 2')).toMatch(
      /200 TPS x 300 ms \(p95\) x 2 a request = 120 connections, plus 50 % headroom/,
    );
    expect(await comment('--tps 100 --mean 5ms')).toMatch(
      /^\/\/ connectionLimit 3: 100 TPS x 5 ms = 0\.5 connections, plus 50 % headroom = 1, raised for /,
    );
    expect(await comment('--tps 100 --mean 5ms --connection-limit 7')).toBe(
      '// connectionLimit 7: as given by --connection-limit.',
    );
  });

  it('says nothing of an acquire timeout that it set itself', async () => {
    expect((await answer('--tps 200 --mean 300')).codes).toEqual([]);
  });

  it('knows the vCPUs of a class of server', async () => {
    const line = '--total-tps 600 --mean 120ms --instances 3 --server aws-rds-postgres:db.t3.medium';
    const { result, codes } = await answer(line);
    expect(result.activeConnectionsBound).toBe(4);
    expect(codes).toContain('SERVER_IS_THE_LIMIT');
    expect((await answer(`${line} --cores 64`)).codes).not.toContain('SERVER_IS_THE_LIMIT');
  });

  it('names the target that decides, and lets it be set: 167 by 90 % in use, 172 by a wait of 23.6 ms', async () => {
    const line = '--tps 500 --mean 300ms --max-wait-p99 23.6ms --method model';
    const { result } = await answer(line);
    expect(Math.abs(result.connectionLimit - 172)).toBeLessThanOrEqual(1);
    expect(result.outlook.smallest.decidedBy).toEqual(['wait']);
    const roomy = await answer(`${line} --max-utilization 80%`);
    expect(roomy.result).toMatchObject({ connectionLimit: 188 });
    expect(roomy.result.outlook.smallest.decidedBy).toEqual(['utilization']);
  });

  it('says plurals in plain English', async () => {
    const { stdout } = await poolctl('size --tps 200 --p95 300 --processes 2 --max-connections 400');
    expect(stdout).toContain('1 instance × 2 processes × 45 = 90 connections');
  });
});

describe('a platform', () => {
  it('brings the surge of its roll-outs, rounded as it rounds', async () => {
    const at = async (platform: string) =>
      (await answer(`--tps 200 --mean 20 --instances 3 --server mysql --platform ${platform}`)).result.fleet.rollout;
    expect(await at('kubernetes')).toMatchObject({ instances: 4 });
    expect(await at('ecs')).toMatchObject({ instances: 6 });
  });

  it('bounds the pool: one request at a time in a function, 100 connections of a container', async () => {
    const lambda = await answer('--tps 200 --p95 300 --platform lambda --instances 60');
    expect(lambda.result).toMatchObject({ connectionLimit: 1, limitedBy: 'platform' });
    expect(lambda.codes).toContain('PLATFORM_BOUNDS');
    const cloudRun = await answer('--tps 800 --mean 200 --platform cloud-run');
    expect(cloudRun.result).toMatchObject({ connectionLimit: 100, limitedBy: 'platform' });
    expect(cloudRun.exitCode).toBe(1);
  });
});

it('a balancer that knows the pools needs fewer connections than chance, also by simulation', async () => {
  const at = async (flags: string) =>
    (await answer(`--tps 160 --mean 100ms --instances 8 --method model ${flags}`)).result.connectionLimit;
  const [random, inTurn, leastBusy] = [
    await at(''),
    await at('--balancer round-robin'),
    await at('--balancer least-busy'),
  ];
  expect(inTurn).toBeLessThan(random);
  expect(leastBusy).toBeLessThan(inTurn);
  expect(await at('--balancer round-robin --simulate')).toBe(inTurn);
});

describe('bursts, batches, several connections a request and retries', () => {
  it.each([
    // The need by simulation without limits, exponential holds of 100 ms, p99 wait <= 100 ms, 0.1 % lost.
    ['--tps 120 --burst 3x:20ms/80ms', 18],
    ['--tps 120 --burst 3x:40ms/160ms', 20],
    ['--tps 120 --burst 3x:100ms/400ms', 23],
    ['--tps 120 --burst 3x:200ms/800ms', 25],
    ['--tps 120 --burst 3x:490ms/1960ms', 28],
    ['--tps 120 --burst 3x:510ms/2040ms', 28],
    ['--tps 120 --burst 3x:5s/20s', 29],
    ['--tps 120 --burst 10x:20ms/180ms', 29],
    ['--tps 120 --burst 10x:100ms/900ms', 49],
    ['--tps 120 --burst 10x:490ms/4410ms', 63],
    ['--tps 120 --burst 10x:510ms/4590ms', 63],
    ['--tps 50 --connections-per-request 4', 28],
    ['--tps 100 --batch-size 10', 23],
  ])('%s needs %d connections, within a tenth', async (load, need) => {
    const { result } = await answer(`${load} --mean 100ms --method model`);
    expect(Math.abs(result.connectionLimit - need)).toBeLessThanOrEqual(Math.max(1, 0.1 * need));
    expect(result.outlook.demand.isMet).toBe(true);
  });

  it('have no cliff at any length of a burst', async () => {
    const sizes: number[] = [];
    for (const ms of [100, 200, 400, 490, 500, 510, 600, 1_000]) {
      const { result } = await answer(`--tps 120 --mean 100ms --burst 3x:${ms}ms/${4 * ms}ms --method model`);
      sizes.push(result.connectionLimit);
    }
    for (const [index, size] of sizes.entries()) {
      expect(size).toBeGreaterThanOrEqual(sizes[index - 1] ?? 0);
      expect(size - (sizes[index - 1] ?? size)).toBeLessThanOrEqual(3);
    }
  });

  it('are read off a trace of arrivals, with their rate', async () => {
    // Ten requests at once, ten times a second.
    const moments = Array.from({ length: 12_000 }, (_, index) => 100 * Math.floor(index / 10));
    writeFileSync(join(folder, 'trace.txt'), moments.join('\n'));
    const { result } = await answer('--trace trace.txt --mean 30ms');
    expect(result.load.poolArrivalRatePerSecond).toBeCloseTo(100, 0);
    const poisson = await answer('--tps 100 --mean 30ms');
    expect(result.outlook.smallest.connectionLimit).toBeGreaterThan(poisson.result.outlook.smallest.connectionLimit);
    const half = await poolctl('size --trace trace.txt', { cwd: folder });
    expect(half.stderr).toContain('INPUT_MISSING');
  });

  it('retries: what fails for good is the loss, as the simulation has it', async () => {
    const line = '--tps 120 --mean 100ms --connection-limit 12 --queue-limit 3';
    const once = (await answer(line)).result.outlook.prediction;
    const again = await answer(`${line} --retries 3:1s --simulate`);
    const { prediction } = again.result.outlook;
    const simulated = again.result.simulation.figures.lostRatio.mean;
    expect(prediction.rejectedRatio).toBeLessThan(once.rejectedRatio);
    expect(prediction.rejectedRatio / simulated).toBeGreaterThan(0.5);
    expect(prediction.rejectedRatio / simulated).toBeLessThan(2);
  });
});

describe('what a pool is not, or cannot be', () => {
  it('a sum of all times that the buckets exclude is refused, and one that they allow is the mean', async () => {
    const buckets = 'h_bucket{le="0.1"} 90\nh_bucket{le="1"} 100\nh_bucket{le="+Inf"} 100\n';
    for (const [sum, meanMs] of [
      [18, 180],
      [3, 30],
    ] as const) {
      writeFileSync(join(folder, 'sum.txt'), `${buckets}h_sum ${sum}\n`);
      expect((await answer('--tps 200 --histogram sum.txt')).result.outlook.hold.meanMs).toBeCloseTo(meanMs, 6);
    }
    writeFileSync(join(folder, 'sum.txt'), `${buckets}h_sum 500\n`);
    const { stderr, exitCode } = await poolctl('size --tps 200 --histogram sum.txt', { cwd: folder });
    expect(stderr).toMatch(
      /^error\[INPUT_CONTRADICTION\]: The sum of the times makes a mean of 5 s, and in these buckets/,
    );
    expect(exitCode).toBe(2);
  });

  it('requests that run at once bound it, whatever the rate says', async () => {
    const { result, exitCode } = await answer(
      '--tps 200 --p95 100ms --concurrent-requests 5 --connections-per-request 3',
    );
    expect(result).toMatchObject({ connectionLimit: 15, limitedBy: 'requests-at-once' });
    expect(result.demand.missed[0]).toMatchObject({ target: 'connections', allowed: 15 });
    expect(exitCode).toBe(1);
    const enough = await answer('--tps 20 --p95 100ms --concurrent-requests 5 --connections-per-request 3');
    expect(enough.result.demand.isMet).toBe(true);
  });

  it('functions of one request each, too few for the load, do not carry it', async () => {
    const at = async (instances: number) =>
      answer(`--total-tps 200 --p95 300 --platform lambda --instances ${instances} --max-connections 500`);
    expect((await at(3)).exitCode).toBe(1);
    expect((await at(300)).exitCode).toBe(0);
  });

  it('batch jobs that take all of it are told, without a number that is none', async () => {
    const { stdout, exitCode } = await poolctl('size --tps 200 --mean 100 --batch-jobs 10 --connection-limit 10');
    expect(stdout).toContain('✗ does not carry the load: about 30 connections are needed at once, and 10 can');
    expect(stdout).not.toMatch(/NaN|Infinity|undefined/);
    expect(exitCode).toBe(1);
  });

  it('a deadline that the holds alone break is kept by none', async () => {
    const { result, exitCode } = await answer('--tps 200 --mean 100ms --deadline 101ms');
    // Exponential holds: e^-1.01 of them last longer.
    expect(result.demand.missed.at(-1)).toMatchObject({ target: 'deadline', allowed: 0.01 });
    expect(result.demand.missed.at(-1).expected).toBeCloseTo(Math.exp(-1.01), 6);
    expect(exitCode).toBe(1);
    const simulated = await answer('--tps 200 --mean 100ms --deadline 101ms --simulate');
    expect(simulated.result.demand.missed.at(-1)).toEqual(result.demand.missed.at(-1));
    expect(simulated.exitCode).toBe(1);
  });

  it('a queue that a deadline shortens is said to be', async () => {
    const { stdout } = await poolctl('size --tps 200 --p95 300 --deadline 305ms --explain');
    expect(stdout).toContain('queueLimit by the rule 50, lowered to ');
    expect(stdout).toContain('queueLimit = lowered to what is served within the acquire timeout');
  });
});
