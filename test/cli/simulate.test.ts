import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../src/simulate/scenarios.ts';
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
    expect(before.figures.longestQueue.mean).toBeGreaterThan(70 * 100);
    expect(before.figures.p99WaitMs.mean).toBeGreaterThan(30_000);
    expect(after.figures.p99WaitMs.mean).toBe(0);
    expect(after.figures.lostRatio.mean).toBe(0);
  });

  it('is shown side by side, with charts of the queue and of the wait', async () => {
    const { stdout, stderr, exitCode } = await poolctl(`${load} --connection-limit 10 --queue-limit 0 --vs 90/50/30s`);
    expect(stdout).toMatch(/^10\/∞\/∞: p99 wait \d+\.\d s, 0 % lost {3}· {3}90\/50\/30 s: p99 wait 0 ms, 0 % lost\n/);
    expect(stdout).toMatch(/10\/∞\/∞: longest queue\n\d+ ┤ +.*█/);
    expect(stdout).toContain('10/∞/∞: mean wait');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('is what `recommended` stands for', async () => {
    const { pools } = await json(`${load} --connection-limit 10 --vs recommended --duration 5s`);
    expect(pools[1].settings).toEqual({ connections: 90, queueLimit: 50, acquireTimeoutMs: 30_000 });
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
    expect(exitCode).toBe(0);
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
    [`${load} --connection-limit 10 --trace no-such-file`, 'INPUT_UNREADABLE', 'Cannot read no-such-file.'],
    [
      'simulate --tps 100M --mean 1ms --connection-limit 10',
      'VALUE_INVALID',
      'This would simulate 35,000,000,000 requests.',
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
