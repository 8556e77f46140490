import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { poolctl } from '../helpers/run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'poolctl-quiet-'));
beforeAll(() => writeFileSync(join(cwd, 'a.js'), "import pg from 'pg';\nexport const pool = new pg.Pool();\n"));
afterAll(() => rmSync(cwd, { recursive: true }));

/** A clock that has moved on at each look, so that jobs last long enough for progress. */
const clock = () => {
  let at = 0;
  return () => {
    at += 1_000;
    return at;
  };
};

describe('--quiet', () => {
  it.each(commands.map(({ name }) => name))('is a flag of %s, as -q', async (name) => {
    expect((await poolctl(`${name} --help`)).stdout).toMatch(/^ {2}-q, --quiet /m);
  });

  it('leaves the answer and its exit code, without warnings', async () => {
    const line = 'size --tps 200 --p95 300 --instances 3 --server mysql';
    const loud = await poolctl(line);
    const quiet = await poolctl(`${line} -q`);
    expect(loud.stdout).toContain('\n! ');
    expect(quiet).toEqual({ ...loud, stdout: `${loud.stdout.split('\n\n! ')[0]}\n` });
    expect(quiet.exitCode).toBe(1);
  });

  it('leaves snippets, and changes no document', async () => {
    const emitted = await poolctl('emit pg --connection-limit 5 --quiet');
    expect(emitted.stdout).toContain('max: 5');
    const line = 'size --tps 200 --p95 300 --json';
    expect(await poolctl(`${line} --quiet`)).toEqual(await poolctl(line));
  });

  it('stops progress', async () => {
    const line = 'simulate --tps 50 --mean 20ms --connection-limit 5 --duration 5s --replications 2';
    expect((await poolctl(line, { now: clock() })).stderr).toContain('simulating');
    const quiet = await poolctl(`${line} -q`, { now: clock() });
    expect([quiet.stderr, quiet.stdout.startsWith('5/')]).toEqual(['', true]);
  });

  it('stops remarks of lint, and not its findings', async () => {
    const env = { GITHUB_ACTIONS: 'true' };
    const loud = await poolctl('lint', { cwd, env });
    expect(loud.stderr).toContain('because GITHUB_ACTIONS is set');
    expect(await poolctl('lint -q', { cwd, env })).toEqual({ ...loud, stderr: '' });
  });

  it('leaves what was asked for: the times of --stats', async () => {
    expect((await poolctl('lint -q --stats', { cwd })).stderr).toContain('pool-size-default');
  });

  it('leaves errors', async () => {
    const { stderr, exitCode } = await poolctl('size --tps many -q');
    expect([stderr.slice(0, 21), exitCode]).toEqual(['error[VALUE_INVALID]:', 2]);
  });

  it('leaves why a lock was not written', async () => {
    const server = 'servers: { main: { engine: postgres, maxConnections: 10, budget: required } }';
    const service = 'services: { api: { instances: { normal: 3 }, pools: [{ to: main, connectionLimit: 20 }] } }';
    writeFileSync(join(cwd, 'fleet.yaml'), `${server}\n${service}\n`);
    const { stderr, exitCode } = await poolctl('fleet --lock -q', { cwd });
    expect([stderr.split(':')[0], exitCode]).toEqual(['fleet.lock.json was not written', 1]);
  });
});
