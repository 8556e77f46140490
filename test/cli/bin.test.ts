import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { bin, poolctl, root, script } from '../helpers/run.ts';

const run = promisify(execFile);
const program = `${root}bin/poolctl`;

describe('the worked values', () => {
  it.each([
    ['--tps 200 --p95 300', 90, 50],
    ['--tps 50 --p95 200', 15, 8],
    ['--tps 500 --p95 300 --headroom 30%', 200, 110],
  ])('size %s: connectionLimit %d, queueLimit %d, acquireTimeout 30000', async (flags, connectionLimit, queueLimit) => {
    const { stdout, exitCode } = await poolctl(['size', ...flags.split(' '), '--json']);
    expect(JSON.parse(stdout).result).toMatchObject({ connectionLimit, queueLimit, acquireTimeoutMs: 30_000 });
    expect(exitCode).toBe(0);
  });

  it('the seed example does not fit: 90 x 3 against MySQL, exit code 1, through the real binary', async () => {
    const { stdout, exitCode } = await bin('size --tps 200 --p95 300 --instances 3 --server mysql'.split(' '));
    expect(stdout).toContain('does not fit: 3 instances × 90 = 270 connections, mysql has 151');
    expect(exitCode).toBe(1);
  });
});

it('prints its version alone', async () => {
  expect(await bin(['--version'])).toEqual({ exitCode: 0, stdout: '1.0.0-rc.1\n', stderr: '' });
});

it('exits with 2 on a usage error, and prints it on stderr alone', async () => {
  const { exitCode, stdout, stderr } = await bin(['size', '--tps', 'x']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^error\[VALUE_INVALID\]: /);
});

it('exits with 3 when the output file cannot be written', async () => {
  expect((await bin(['size', '--tps', '200', '--p95', '300', '-o', '/no/such/folder/out'])).exitCode).toBe(3);
});

it('exits with 3 and one error when the disk of its output is full, whatever the answer', async () => {
  for (const command of ['size --tps 200 --p95 300', 'size --tps 200 --p95 300 --json', 'explain p95', '--help']) {
    const full = run('bash', ['-c', `${process.execPath} ${program} ${command} > /dev/full`]);
    const { code, stderr } = await full.then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    );
    expect({ command, code, stderr }).toEqual({
      command,
      code: 3,
      stderr:
        'error[OUTPUT_UNWRITABLE]: Cannot write the answer to standard output (ENOSPC).\n  hint: Is the disk full?\n',
    });
  }
});

it('is content with a reader that closes early, and keeps its exit code', async () => {
  const pipe = (flags: string) =>
    run('bash', [
      '-c',
      `${process.execPath} ${program} size --tps 200 --p95 300 --explain ${flags} | head -1; echo \${PIPESTATUS[0]}`,
    ]);
  const { stdout, stderr } = await pipe('');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^connectionLimit 90 .*\n0\n$/);
});

/** Node itself catches SIGINT and SIGTERM, and never SIGHUP, which is the lowest bit of what a process catches. */
function isListening(pid: number | undefined): boolean {
  const caught = /^SigCgt:\s*[0-9a-f]*([0-9a-f])$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return Number.parseInt(caught, 16) % 2 === 1;
}

it.concurrent.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('ends on %s while it waits for standard input, with exit code %d', async (signal, code) => {
  const child = spawn(process.execPath, [program, 'size', '--profile', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', (exitCode, killedBy) => resolve([exitCode, killedBy])));
  await vi.waitFor(() => expect(isListening(child.pid)).toBe(true), { timeout: 30_000, interval: 50 });
  child.kill(signal);
  expect(await ended).toEqual([code, null]);
});

// Node takes its handler away with the last listener, and a signal that comes then ends the process as it stands.
it.concurrent('listens for a second signal while it acts on the first', async () => {
  const { stdout } = await script(`import { processIo } from './dist/base/io.js';
processIo().interrupted.addEventListener('abort', () => console.log(process.listenerCount('SIGINT')));
process.kill(process.pid, 'SIGINT');
await new Promise((resolve) => setTimeout(resolve, 1_000));`);
  expect(stdout).toBe('1\n');
});

it.concurrent('ends with 4, ten seconds after an error that nobody caught, though it waits for standard input', async () => {
  const fault = "setTimeout(() => { throw new RangeError('a fault of the test'); }, 3_000)";
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(fault)}`, program, 'size', '--profile', '-'],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (bytes) => (said += bytes));
  const ended = new Promise((resolve) => child.once('close', (exitCode, killedBy) => resolve([exitCode, killedBy])));
  expect(await ended).toEqual([4, null]);
  expect(said).toMatch(/^bug: poolctl .*RangeError: a fault of the test$/m);
});

/** Writes the name of each package that is imported, through the hooks of Node's own module loader. */
const hooks = `import { writeSync } from 'node:fs';
export async function resolve(name, context, next) {
  if (!/^(node:|#|\\.|\\/|file:|data:)/.test(name)) writeSync(2, 'loads ' + name + '\\n');
  return next(name, context);
}`;
const register = `import { register } from 'node:module'; register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(hooks))});`;

describe('start-up loads what the answer needs, nothing more: commander is built in', () => {
  it.each([
    ['--version', []],
    ['--help', []],
    ['size --help', []],
    ['size --tps 0 --p95 300', []],
    ['size --tsp 1', []],
    ['size --tps 200 --p95 300 --json', []],
    ['size --tps 200 --p95 300 --json --profile qa --server aws-rds-mysql:db.t3.medium --emit pg', []],
    ['size --tps 200 --p95 300', ['chalk', 'cli-table3']],
    ['size --tps 200 --p95 300 --format markdown', []],
  ])('poolctl %s', async (line, more) => {
    const args = ['--import', `data:text/javascript,${encodeURIComponent(register)}`, program, ...line.split(' ')];
    const { stderr } = await run(process.execPath, args).catch((error: { stderr: string }) => error);
    const loaded = [...stderr.matchAll(/^loads (.*)$/gm)].map(([, name]) => name);
    expect([...new Set(loaded)].sort()).toEqual(more);
  });
});
