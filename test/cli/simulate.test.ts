import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../src/simulate/scenarios.ts';
import { mmcq } from '../bench/exact.mjs';
import { poolctl, type Surroundings } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const load = 'simulate --tps 200 --p50 80 --p95 300';
const json = async (line: string, surroundings: Surroundings = {}) =>
  JSON.parse((await poolctl(`${line} --json`, surroundings)).stdout).result;

describe('the worked case: 10 connections without limits against 90/50/30 s at 200 TPS', () => {
  it('the one falls behind for ever, the other makes nobody wait', async () => {
    const { pools } = await json(`${load} --connection-limit 10 --queue-limit 0 --vs 90/50/30s`);
    const [before, after] = pools;
    // 10 connections held for 110 ms carry 91 of 200 requests a second: the queue grows by 109 a second.
    expect(before.figures.throughputPerSecond.mean).toBeCloseTo(90.6, -1);
    expect(before.figures.longestQueue.mean).toBeGreaterThan(60 * 105);
    expect(before.figures.p99WaitMs.mean).toBeGreaterThan(30_000);
    expect(before.figures.waitProbability.mean).toBe(1);
    expect(after.figures.p99WaitMs.mean).toBe(0);
    expect(after.figures.lostRatio.mean).toBe(0);
  });

  it('is shown side by side, with charts of the queue and of the wait', async () => {
    const { stdout, stderr, exitCode } = await poolctl(`${load} --connection-limit 10 --queue-limit 0 --vs 90/50/30s`);
    expect(stdout).toMatch(/^10\/∞\/∞: p99 wait \d+\.\d s, 0 % lost {3}· {3}90\/50\/30 s: p99 wait 0 ms, 0 % lost\n/);
    expect(stdout).toMatch(/10\/∞\/∞: longest queue\n\d+ ┤ +.*█/);
    expect(stdout).toContain('10/∞/∞: mean wait');
    expect(stderr).toBe('');
    expect(exitCode).toBe(1);
  });

  it('is what `recommended` stands for', async () => {
    const { pools } = await json(`${load} --connection-limit 10 --vs recommended --duration 5s`);
    expect(pools[1].settings).toEqual({ connections: 90, queueLimit: 50, acquireTimeoutMs: 30_000 });
  });
});

describe('a driver', () => {
  const uneven = 'simulate --tps 200 --p50 40 --p95 400 --connection-limit 30 --duration 10s';

  it('is played and named with its version: behind a slow query others wait', async () => {
    const { stdout } = await poolctl(`${uneven} --driver postgres --vs pg`);
    expect(stdout).toMatch(/^30\/∞\/∞ postgres: p99 wait .* · {3}30\/∞\/∞ pg: p99 wait /);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toMatch(/postgres \(postgres@3[\d.]+\) puts a request that finds none idle on the busy ones in turn/);
    expect(text).toMatch(/pg \(pg-pool@3[\d.]+\) has one queue/);
    const { pools } = await json(`${uneven} --driver postgres --vs pg`);
    const [postgres, pg] = pools;
    expect(postgres.driver).toMatchObject({ name: 'postgres', lending: 'busy-in-turn' });
    expect(postgres.figures.meanWaitMs.mean).toBeGreaterThan(3 * pg.figures.meanWaitMs.mean);
  });

  it('is another one in --vs alone, with the same pool', async () => {
    const { pools } = await json(`${uneven} --queue-limit 50 --vs bun-sql`);
    expect(pools[1].settings).toEqual(pools[0].settings);
    expect(pools[0].driver).toBeUndefined();
    expect(pools[1].driver).toMatchObject({ name: 'bun-sql', lending: 'fewest-requests' });
  });

  it('opens connections its own way in a deploy, with its round trips', async () => {
    const { stdout } = await poolctl(`${uneven} --instances 2 --rtt 50ms --scenario deploy --driver mariadb`);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /it opens connections one at a time without being asked, 1[45]\d ms each, so 30 take 4\.[45]\d* s/,
    );
  });

  it('has to be one', async () => {
    const { stderr, exitCode } = await poolctl(`${uneven} --vs bun`);
    expect(stderr).toContain('--vs "bun" is not a driver.');
    expect(exitCode).toBe(2);
    expect((await poolctl(`${uneven} --driver pgg`)).stderr).toContain('Did you mean "pg"?');
  });

  it.each([
    ['postgres', 'postgres@3.4.9'],
    ['poolboy', 'poolboy 1.5.2'],
    ['bb8', 'bb8 @15a6c5a'],
  ])('%s names what was seen: %s', async (name, version) => {
    const { stdout } = await poolctl(`${uneven} --driver ${name} --duration 1s --replications 2`);
    expect(stdout).toContain(`${name} (${version}) `);
  });
});

it('gives the same runs for the same seed, and others for another', async () => {
  const of = (seed: number) => json(`${load} --connection-limit 25 --duration 10s --seed ${seed}`);
  expect(await of(7)).toEqual(await of(7));
  expect((await of(7)).pools[0].figures.meanWaitMs).not.toEqual((await of(8)).pools[0].figures.meanWaitMs);
});

describe.each(Object.entries(scenarios))('the scenario %s', (name, { summary }) => {
  it('runs, says what happens in it, and knows nothing of NaN', async () => {
    const { stdout, exitCode } = await poolctl(
      `${load} --connection-limit 40 --queue-limit 50 --acquire-timeout 2s --scenario ${name}`,
    );
    expect(stdout.replace(/\s+/g, ' ')).toContain(`${name}: ${summary}`);
    expect(stdout).not.toMatch(/NaN|Infinity|undefined/);
    expect(exitCode).toBe(stdout.includes('\n✓ 40/50/2 s meets its targets') ? 0 : 1);
  });
});

it('shows a stall as a full queue, refusals, and the time until it is over', async () => {
  const { stdout } = await poolctl(`${load} --connection-limit 40 --queue-limit 50 --scenario stall`);
  expect(stdout).toMatch(/longest queue +50/);
  expect(stdout).toMatch(/refused, queue full +[5-9]\.\d+ %/);
  expect(stdout).toMatch(/back to normal after +\d/);
  expect(stdout).toContain('┘ stall');
});

it('shows that callers who try again make a stall worse', async () => {
  const attempts = async (scenario: string) =>
    (await json(`${load} --connection-limit 40 --queue-limit 50 --acquire-timeout 2s --scenario ${scenario}`)).pools[0]
      .figures;
  const [once, again] = [await attempts('stall'), await attempts('retry-storm')];
  expect(once.attemptsPerRequest.mean).toBe(1);
  expect(again.attemptsPerRequest.mean).toBeGreaterThan(1.05);
});

it('sweeps connectionLimit: the p99 wait falls along the curve', async () => {
  const { pools, isSweep } = await json(
    'simulate --tps 200 --mean 100ms --p50 60 --sweep connection-limit=21..33/4 --duration 20s',
  );
  expect(isSweep).toBe(true);
  expect(pools.map(({ settings }: { settings: { connections: number } }) => settings.connections)).toEqual([
    21, 25, 29, 33,
  ]);
  const waits = pools.map(({ figures }: { figures: { p99WaitMs: { mean: number } } }) => figures.p99WaitMs.mean);
  expect(waits).toEqual(waits.toSorted((a: number, b: number) => b - a));
});

it('splits a fleet over its instances: ten pools of 5 wait more than one of 50', async () => {
  const wait = async (flags: string) =>
    (await json(`simulate --total-tps 300 --mean 100ms --p50 70 ${flags} --duration 30s`)).pools[0].figures.meanWaitMs
      .mean;
  const [one, ten] = [
    await wait('--connection-limit 50'),
    await wait('--connection-limit 5 --instances 10 --balancer random'),
  ];
  expect(ten).toBeGreaterThan(one * 5);
});

it('makes more wait when requests come in bursts or batches, and fewer when they are paced', async () => {
  const wait = async (flags: string) =>
    (await json(`simulate --tps 200 --mean 100ms --p50 70 --connection-limit 26 ${flags}`)).pools[0].figures.meanWaitMs
      .mean;
  const [paced, poisson, batches, bursts] = [
    await wait('--arrivals paced'),
    await wait(''),
    await wait('--arrivals batches:5'),
    await wait('--burst 3x:500ms/1500ms'),
  ];
  expect(paced).toBeLessThan(poisson);
  expect(batches).toBeGreaterThan(poisson);
  expect(bursts).toBeGreaterThan(poisson * 3);
});

describe('runs that are as long as their figures need', () => {
  it('take hours for holds of 30 s: 49 % wait, p99 39 s, 30 of 33 in use', async () => {
    const { stdout, exitCode } = await poolctl('simulate --tps 1 --mean 30s --connection-limit 33 --json');
    const { result, warnings } = JSON.parse(stdout);
    const { waitProbability, p99WaitMs, meanBusy } = result.pools[0].figures;
    // M/M/33 with a load of 30, by Erlang C.
    const { waitProbability: waits = 0, p99WaitMs: p99Ms = 0 } = mmcq(33, 30, 30_000);
    expect([waits, p99Ms]).toEqual([expect.closeTo(0.4905, 4), expect.closeTo(38_928, 0)]);
    expect(waitProbability.mean).toBeCloseTo(waits, 1);
    expect(p99WaitMs.low).toBeLessThan(p99Ms);
    expect(p99WaitMs.high).toBeGreaterThan(p99Ms);
    expect(p99WaitMs.high / p99WaitMs.low).toBeLessThan(1.3);
    expect(meanBusy.mean).toBeCloseTo(30, 0);
    expect(warnings).toEqual([]);
    expect(exitCode).toBe(1);
  });

  it('that are asked to be shorter warn, say which length will do, and that one does not warn', async () => {
    const line = 'simulate --tps 90 --mean 100ms --connection-limit 10';
    const { stdout } = await poolctl(`${line} --duration 60s`);
    const [, duration = ''] = /→ Add --duration (\S+), which simulates/.exec(stdout) ?? [];
    expect(stdout).toContain('! Each run measures 60 s after 19 s of warm-up');
    expect(stdout).toMatch(/p99 wait +\d+ ms \(\d+ ms or more\)/);
    const longer = JSON.parse((await poolctl(`${line} --duration ${duration} --json`)).stdout);
    expect(longer.warnings).toEqual([]);
    expect(longer.result.pools[0].figures.p99WaitMs).toHaveProperty('high');
  });

  it('say that nothing is known of who gives up where the queue could not grow as long', async () => {
    const { pools } = await json(
      'simulate --tps 20 --mean 100ms --connection-limit 2 --acquire-timeout 30s --duration 9s',
    );
    const { timedOutRatio, answeredInTimeRatio } = pools[0].figures;
    expect(timedOutRatio).toEqual({ mean: 0, low: 0, high: 1 });
    expect(answeredInTimeRatio).toBeUndefined();
  });

  it('that cannot be long enough bound the wait from below only: M/M/1 at 0.999 waits 46 s', async () => {
    const { stdout, exitCode } = await poolctl('simulate --tps 99.9 --mean 10ms --connection-limit 1 --json');
    const { result, warnings } = JSON.parse(stdout);
    const { p99WaitMs, meanWaitMs } = result.pools[0].figures;
    expect(warnings.map(({ code }: { code: string }) => code)).toEqual(['RUN_TOO_SHORT']);
    expect(p99WaitMs.low).toBeLessThan(10_000 * Math.log(0.999 / 0.01));
    expect(Object.keys(p99WaitMs)).toEqual(['mean', 'low']);
    expect(Object.keys(meanWaitMs)).toEqual(['mean', 'low']);
    expect(exitCode).toBe(1);
  });
});

describe('the verdict', () => {
  const answer = async (line: string) => {
    const { stdout, exitCode } = await poolctl(line);
    const [headline = '', ...rest] = stdout.split('\n\n')[0]?.split('\n') ?? [];
    return { headline, verdict: rest.join(' ').replace(/\s+/g, ' '), exitCode };
  };

  it.each([
    ['--connection-limit 40 --queue-limit 50', '✓ 40/50/∞ meets its targets: p99 wait 0 ms', 0],
    ['--connection-limit 25 --max-wait-p99 1s', '✓ 25/∞/∞ meets its targets: p99 wait', 0],
    ['--connection-limit 25 --max-wait-p99 20ms', '✗ 25/∞/∞ misses its targets: p99 wait', 1],
    ['--connection-limit 15 --queue-limit 5', ' lost, at most 0.1 % wanted', 1],
    ['--connection-limit 15 --queue-limit 5 --max-loss 50%', '✓ 15/5/∞ meets its targets', 0],
  ])('of %s', async (flags, text, code) => {
    const { verdict, exitCode } = await answer(`${load} ${flags}`);
    expect(verdict).toContain(text);
    expect(exitCode).toBe(code);
  });

  it('is never a tick where a third is lost', async () => {
    const { verdict, exitCode } = await answer(`${load} --connection-limit 15 --queue-limit 5`);
    expect(verdict).toMatch(/^✗ 15\/5\/∞ misses its targets: 3\d\.?\d* %/);
    expect(exitCode).toBe(1);
  });

  it('counts who is answered too late, although nobody is lost', async () => {
    const line = `${load} --connection-limit 40 --scenario stall --deadline 2s`;
    const { pools } = await json(line);
    expect(pools[0].figures.lostRatio.mean).toBe(0);
    expect(pools[0].figures.answeredInTimeRatio.mean).toBeLessThan(0.95);
    const { verdict, exitCode } = await answer(line);
    expect(verdict).toContain('✗ 40/∞/∞ misses its targets, the stall included');
    expect(verdict).toMatch(/\d % answered within 2 s, at least 99 % wanted/);
    expect(exitCode).toBe(1);
    expect((await poolctl(line)).stdout).toMatch(/answered within 2 s +[89]\d/);
  });

  it('is of the first pool, and says how the other did', async () => {
    const { verdict, exitCode } = await answer(`${load} --connection-limit 40 --vs 10`);
    expect(verdict).toMatch(/^✓ 40\/∞\/∞ meets its targets.* 10\/∞\/∞ misses its targets/);
    expect(verdict).toContain('its queue grows as long as the load lasts');
    expect(exitCode).toBe(0);
  });

  it('of a sweep names the smallest pool that will do', async () => {
    const sweep = 'simulate --tps 200 --mean 100ms --p50 60 --sweep connection-limit=';
    const found = await answer(`${sweep}23..31/2 --max-wait-p99 60ms`);
    expect(found.headline).toMatch(/^2[57] is the smallest of these that meets p99 wait ≤ 60 ms, loss ≤ 0\.1 %$/);
    expect(found.exitCode).toBe(0);
    const none = await answer(`${sweep}18..20`);
    expect(none.headline).toBe('None of these meets p99 wait ≤ 100 ms, loss ≤ 0.1 %');
    expect(none.exitCode).toBe(1);
  });
});

describe('a deploy', () => {
  const deploy = 'simulate --total-tps 600 --mean 110ms --connection-limit 27 --instances 3 --scenario deploy';

  it('says which connections the server refuses, and why', async () => {
    const { stdout, exitCode } = await poolctl(`${deploy} --max-connections 82`);
    expect(stdout).toContain('The server refuses connections: 6 instances × 27 = 162 needed, 82 allowed.');
    expect(exitCode).toBe(1);
  });

  it('starts as many more instances as the surge says, rounded up', async () => {
    const { stdout, exitCode } = await poolctl(`${deploy} --max-connections 108 --surge 25%`);
    expect(stdout).toContain('4 instances in the deploy, 3 otherwise.');
    expect(exitCode).toBe(0);
    const tooFew = await poolctl(`${deploy} --max-connections 90 --surge 25%`);
    expect(tooFew.stdout).toContain('4 instances × 27 = 108 needed, 90 allowed.');
    expect(tooFew.exitCode).toBe(1);
  });
});

it('takes the connections of a request together: 25 for a load of 20 wait three times as long by fours', async () => {
  const of = async (flags: string) =>
    (await json(`simulate --mean 100ms --connection-limit 25 ${flags}`)).pools[0].figures;
  const [together, batches, apart] = [
    await of('--tps 50 --connections-per-request 4'),
    await of('--tps 200 --batch-size 4'),
    await of('--tps 200'),
  ];
  expect(together).toEqual(batches);
  // An independent simulator found 44 % and 187 ms.
  expect(together.waitProbability.mean).toBeCloseTo(0.44, 1);
  expect(together.p99WaitMs.mean / 187).toBeCloseTo(1, 0);
  expect(together.p99WaitMs.mean).toBeGreaterThan(2.5 * apart.p99WaitMs.mean);
});

it('replays a recorded trace', async () => {
  writeFileSync(join(folder, 'trace.txt'), Array.from({ length: 2_000 }, (_, index) => index * 10).join('\n'));
  const { load: text, pools } = await json(
    'simulate --trace trace.txt --mean 50ms --connection-limit 5 --duration 9s',
    { cwd: folder },
  );
  expect(text).toContain('2000 recorded requests');
  expect(pools[0].figures.throughputPerSecond.mean).toBeCloseTo(100, -1);
});

describe('bad input', () => {
  it.each([
    ['simulate', 'INPUT_MISSING', 'There is no load to simulate.'],
    [load, 'INPUT_MISSING', 'There is no pool to simulate.'],
    [`${load} --connection-limit 0`, 'VALUE_INVALID', '--connection-limit "0" must be at least 1.'],
    [`${load} --connection-limit 10 --vs 90/50/30s/1`, 'VALUE_INVALID', 'is not a pool'],
    [`${load} --connection-limit 10 --scenario flood`, 'VALUE_INVALID', '--scenario "flood" is not known.'],
    [`${load} --connection-limit 10 --sweep connection-limit=1..5`, 'INPUT_CONTRADICTION', '--sweep already says'],
    [
      `${load} --connection-limit 10 --burst 3x:1s/1s --arrivals paced`,
      'INPUT_CONTRADICTION',
      '--burst and --arrivals',
    ],
    [
      `${load} --connection-limit 10 --batch-size 5 --arrivals paced`,
      'INPUT_CONTRADICTION',
      '--batch-size and --arrivals',
    ],
    [
      `${load} --connection-limit 10 --connections-per-request 2 --burst 3x:1s/1s`,
      'INPUT_CONTRADICTION',
      '--connections-per-request and --burst',
    ],
    [`${load} --connection-limit 10 --surge 25%`, 'INPUT_CONTRADICTION', '--surge only matters in a deploy'],
    [`${load} --connection-limit 10 --trace no-such-file`, 'INPUT_UNREADABLE', 'Cannot read no-such-file.'],
    [
      'simulate --tps 100M --mean 1ms --connection-limit 10 --duration 60s',
      'VALUE_INVALID',
      'This would simulate 61,000,000,000 requests.',
    ],
    ['simulate --tps 200 --connection-limit 10', 'INPUT_MISSING', 'not how long a connection is held'],
  ])('%s', async (line, code, message) => {
    const { exitCode, stdout, stderr } = await poolctl(line);
    expect(stderr).toContain(`error[${code}]: `);
    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  it('a trace that goes back in time is refused with file and line', async () => {
    writeFileSync(join(folder, 'back.txt'), '0\n5\n3\n');
    const { stderr } = await poolctl('simulate --trace back.txt --mean 5ms --connection-limit 5', { cwd: folder });
    expect(stderr).toContain('error[INPUT_INVALID]: back.txt:3: "3" is before the line above it.');
  });
});

describe('a long simulation', () => {
  const long = 'simulate --tps 20k --mean 10ms --connection-limit 230 --duration 60s --replications 10';

  it('says how far it is on a terminal, on stderr only, and clears the line', async () => {
    const { stderr, stdout } = await poolctl(long.replace('60s', '5s'), {
      tty: true,
      now: () => performance.now() * 100,
    });
    expect(stderr).toMatch(/\rsimulating +\d+ %/);
    expect(stderr.endsWith('\r\u001b[K')).toBe(true);
    expect(stdout).not.toContain('simulating');
  });

  it('gives what there is when it is interrupted, marked as such, with exit code 130', async () => {
    const interruption = new AbortController();
    let looks = 0;
    // The clock is read once for each line of progress: some runs are done by the 20th.
    const now = () => {
      looks += 1;
      if (looks === 20) interruption.abort(130);
      return 0;
    };
    const line = long.replace('60s', '5s');
    const { exitCode, stdout } = await poolctl(line, { interrupted: interruption.signal, now });
    expect(exitCode).toBe(130);
    expect(stdout).toContain('interrupted: what was done until then');
    expect(stdout).toMatch(/served +\d/);
  });
});
