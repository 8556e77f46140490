import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/base/errors.ts';
import { poolctl } from '../helpers/run.ts';

describe('bad input gets one clear error, exit code 2, and nothing else', () => {
  it.each([
    ['size', 'INPUT_MISSING', 'There is no load to size for.'],
    ['size --tps 200', 'INPUT_MISSING', 'There is a rate, but not how long a connection is held.'],
    ['size --p95 300', 'INPUT_MISSING', 'There is a time, but no rate of requests.'],
    ['size --tps 200 --p50 80', 'INPUT_MISSING', 'A median or a p99 alone does not tell the load.'],
    ['size --tps 0 --p95 300', 'VALUE_INVALID', '--tps "0" must be more than 0.'],
    ['size --tps -5 --p95 300', 'VALUE_INVALID', '--tps "-5" is not a rate.'],
    ['size --tps NaN --p95 300', 'VALUE_INVALID', '--tps "NaN" is not a rate.'],
    ['size --tps Infinity --p95 300', 'VALUE_INVALID', '--tps "Infinity" is not a rate.'],
    ['size --tps 1e400 --p95 300', 'VALUE_INVALID', '--tps "1e400" is not a rate.'],
    ['size --tps 999999999 --p95 20d', 'VALUE_INVALID', 'no server has that many'],
    ['size --tps 200 --p95 0', 'VALUE_INVALID', '--p95 "0" must be more than 0.'],
    ['size --tps 200 --p95 25x', 'VALUE_INVALID', '--p95 "25x" is not a time.'],
    ['size --tps 200 --p95 300 --headroom 50', 'VALUE_INVALID', 'could mean 50% or 50 times'],
    ['size --tps 200 --p95 300 --instances 2.5', 'VALUE_INVALID', '--instances "2.5" is not a whole number.'],
    ['size --tps 200 --p95 300 --format xml', 'VALUE_INVALID', '--format "xml" is not known.'],
    ['size --tps 200 --p95 300 --emit prisma9', 'VALUE_INVALID', '"prisma9" is not a target.'],
    ['size --tps 200 --p95 300 --emit constructor', 'VALUE_INVALID', '"constructor" is not a target.'],
    ['size --tps 200 --total-tps 600 --p95 300', 'INPUT_CONTRADICTION', '--tps and --total-tps cannot both be given.'],
    ['size --tps 200 --mean 100 --hold 100', 'INPUT_CONTRADICTION', '--hold and --mean cannot both be given.'],
    ['size --tps 200 --p50 400 --p95 300', 'INPUT_CONTRADICTION', 'p50 400 ms is above p95 300 ms.'],
    ['size --tps 200 --p95 300 --deadline 200ms', 'INPUT_CONTRADICTION', 'A deadline of 200 ms is over before'],
    [
      'size --tps 200 --p95 300 --instances 3 --max-instances 2',
      'INPUT_CONTRADICTION',
      'At most 2 instances, but 3 in normal running.',
    ],
    ['size --tps 200 --p95 300 --reserved 3', 'INPUT_MISSING', '--reserved is given, but not what the server allows.'],
    [
      'size --profile production --headroom 30%',
      'INPUT_MISSING',
      '--headroom is given, but no load that it could change.',
    ],
    ['size --tps 2 --p95 300 --concurrent-requests 5', 'INPUT_MISSING', '--concurrent-requests only matters'],
    ['size --tps 200 --p50 1ms --p95 5m', 'INPUT_CONTRADICTION', 'one kind of request does not spread that far'],
    [
      'size --profile qa --simulate',
      'INPUT_MISSING',
      'There is nothing to simulate: a profile of settings has no load.',
    ],
    ['size --tps 200 --p95 300 --method guess', 'VALUE_INVALID', '--method "guess" is not known.'],
    ['size --tps 200 --p95 300 --spindles 3', 'INPUT_MISSING', 'needs the cores'],
    [
      'size --tps 200 --p95 300 --server planetscale-mysql',
      'INPUT_MISSING',
      'What planetscale-mysql allows is not published.',
    ],
    ['size --tps 200 --p95 300 --server mysqll', 'PROFILE_UNKNOWN', 'Did you mean "mysql"?'],
    ['size --tps 200 --p95 300 --server aws-rds-mysql', 'PROFILE_UNKNOWN', 'depends on its class'],
    ['size --profile prodution', 'PROFILE_UNKNOWN', 'Did you mean "production"?'],
    ['size --profile ./no-such.yaml', 'INPUT_UNREADABLE', 'Cannot read ./no-such.yaml.'],
    ['size --profile /', 'INPUT_UNREADABLE', 'Cannot read /.'],
    ['size --tps', 'USAGE', "Option '--tps <rate>' argument missing."],
    ['size --pt95 300', 'USAGE', "Unknown option '--pt95'."],
    ['size extra', 'USAGE', 'Too many arguments'],
    ['sise', 'USAGE', "Unknown command 'sise'."],
    ['profiles show', 'USAGE', 'Which profile?'],
    ['profiles list extra', 'USAGE', 'profiles cannot "list extra".'],
    ['profiles show constructor', 'PROFILE_UNKNOWN', 'There is no profile "constructor".'],
    ['profiles --kind engines', 'VALUE_INVALID', '--kind "engines" is not known.'],
    ['explain nothing-like-it', 'TOPIC_UNKNOWN', 'There is nothing to explain about "nothing-like-it".'],
    ['completion tcsh', 'USAGE', 'There is no completion for "tcsh".'],
    ['completion constructor', 'USAGE', 'There is no completion for "constructor".'],
    ['help sizee', 'TOPIC_UNKNOWN', 'There is nothing to explain about "sizee".'],
  ])('%s', async (line, code, message) => {
    const { exitCode, stdout, stderr } = await poolctl(line);
    expect(stderr).toContain(`error[${code}]: `);
    expect(stderr).toContain(message);
    expect(stderr.match(/error\[/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it('refuses --json beside another format, as JSON', async () => {
    const { stdout, exitCode } = await poolctl('size --tps 200 --p95 300 --json --format table');
    expect(JSON.parse(stdout).error.code).toBe('INPUT_CONTRADICTION');
    expect(exitCode).toBe(2);
  });

  it('names the environment variable when the value came from there', async () => {
    const { stderr } = await poolctl('size --p95 300', { env: { POOLCTL_TPS: 'lots' } });
    expect(stderr).toContain('POOLCTL_TPS "lots" is not a rate.');
  });

  it('lets a flag win over a contradicting variable, and refuses two variables that contradict', async () => {
    const env = { POOLCTL_TOTAL_TPS: '600' };
    expect((await poolctl('size --tps 200 --p95 300', { env })).exitCode).toBe(0);
    const both = await poolctl('size --p95 300', { env: { ...env, POOLCTL_TPS: '200' } });
    expect(both.stderr).toContain('POOLCTL_TPS and POOLCTL_TOTAL_TPS cannot both be given.');
  });

  it('suggests the flag that was meant', async () => {
    expect((await poolctl('size --tsp 200 --p95 300')).stderr).toContain('Did you mean --tps?');
  });
});

it('never shows a password, wherever it was typed', async () => {
  const canary = 'hunter2';
  const url = `postgres://app:${canary}@db.internal/shop`;
  const lines = [
    [url],
    ['size', url],
    ['size', '--server', url],
    ['size', '--server', url, '--json'],
    ['size', '--profile', url],
    ['size', '--tps', url, '--p95', '300'],
    ['size', '--tps', '200', '--p95', '300', '--emit', url],
    ['size', '--tps', '200', '--p95', '300', '-o', `no/such/${url}`],
    ['explain', url],
    ['profiles', 'show', url],
    ['help', url],
    [`--${url}`],
  ];
  for (const line of lines) {
    const { stdout, stderr, exitCode } = await poolctl(line);
    expect(stdout + stderr).not.toContain(canary);
    expect(exitCode).toBeGreaterThan(1);
  }
});

it('tells a bug from a mistake: exit code 4, versions, and where it happened', async () => {
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get() {
        throw new TypeError('environment is broken at postgres://u:hunter2@h');
      },
    },
  );
  const { exitCode, stderr } = await poolctl('size --tps 200', { env });
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/^bug: poolctl \d+\.\d+\.\d+\S* on Node v/);
  expect(stderr).toContain('TypeError: environment is broken at postgres://***@h');
});

it('stops with 129, 130 or 143 when it is interrupted while it waits', async () => {
  for (const code of [129, 130, 143]) {
    const interruption = new AbortController();
    const forever = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const { main } = await import('../../src/main.ts');
    const silent = { write: () => {} };
    const io = {
      stdout: silent,
      stderr: silent,
      stdin: forever,
      env: {},
      cwd: '/',
      now: () => 0,
      interrupted: interruption.signal,
    };
    const running = main(['size', '--profile', '-'], io, 60_000);
    interruption.abort(code);
    expect(await running).toBe(code);
  }
});

describe('whatever is typed', () => {
  const number = fc.oneof(
    fc.constantFrom(
      '3x:200ms/1s',
      '200',
      '300',
      '0',
      '-1',
      '50%',
      '1e9',
      '999999999',
      'NaN',
      'Infinity',
      '0.0000001',
      '12k/min',
      '1m30s',
      '24d',
      '',
    ),
    fc.string({ maxLength: 6 }),
    fc.double({ min: 0, max: 1e6, noNaN: true }).map(String),
    fc.integer({ min: 0, max: 2_000_000 }).map(String),
  );
  const flags = [
    ...['tps', 'total-tps', 'p50', 'p95', 'p99', 'mean', 'hold', 'rtt', 'deadline', 'headroom', 'surge', 'batch-jobs'],
    ...[
      'instances',
      'max-instances',
      'processes',
      'max-connections',
      'reserved',
      'other-connections',
      'cores',
      'spindles',
    ],
    ...[
      'connections-per-request',
      'concurrent-requests',
      'server',
      'profile',
      'emit',
      'max-wait-p99',
      'max-loss',
      'method',
      'burst',
    ],
  ];
  const flag = fc.tuple(fc.constantFrom(...flags), number).map(([name, value]) => [`--${name}`, value]);
  const good = fc.constantFrom(
    ['--tps', '200', '--p95', '300'],
    ['--total-tps', '1k', '--mean', '20ms'],
    ['--profile', 'qa'],
    [],
  );
  const words = fc.tuple(good, fc.array(flag, { maxLength: 6 })).map((parts) => ['size', ...parts.flat(2)]);

  it('poolctl answers or refuses, never crashes, and never prints NaN, Infinity or undefined', async () => {
    await fc.assert(
      fc.asyncProperty(words, fc.boolean(), async (line, asJson) => {
        const { exitCode, stdout, stderr } = await poolctl(asJson ? [...line, '--json'] : line);
        expect([0, 1, 2]).toContain(exitCode);
        if (exitCode === 2) {
          expect(asJson ? stderr : stdout).toBe('');
          const code = asJson ? JSON.parse(stdout).error.code : /^error\[(\w+)\]/.exec(stderr)?.[1];
          expect(Object.keys(errorCodes)).toContain(code);
        } else {
          expect(stdout).not.toMatch(/NaN|Infinity|undefined|null/);
          expect(stderr).toBe('');
        }
      }),
      { numRuns: 400 },
    );
  });
});
