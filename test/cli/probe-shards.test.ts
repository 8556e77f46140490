import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectOneError } from '../helpers/probe.ts';
import { poolctl, type Surroundings } from '../helpers/run.ts';
import { shardPlan, shardPlanFile } from '../helpers/shard-plan.ts';
import { dealtShards, shardFile } from '../helpers/shard-results.ts';

const canary = 'canary-9c1f';
/** Nothing listens there: whatever is refused has to be before a server is asked. */
const nowhere = `postgres://app:${canary}@127.0.0.1:1/orders`;
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'poolctl-shards-'));
  writeFileSync(join(cwd, 'plan.json'), shardPlanFile(shardPlan()));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const run = (flags: string, more: Surroundings = {}) =>
  poolctl(`probe ${flags}`, { cwd, ...more, env: { DATABASE_URL: nowhere, ...more.env } });

async function refuses(flags: string, code: string, message: RegExp, more: Surroundings = {}) {
  const before = readdirSync(cwd);
  const ran = await run(flags, more);
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  expectOneError(ran, code);
  expect(ran.stderr.replaceAll('\n', ' ')).toMatch(message);
  expect(ran.stderr).not.toContain(canary);
  expect(readdirSync(cwd)).toEqual(before);
}

describe('probe --shards', () => {
  const load = '--hold 20ms --tps 200 --connection-limit 12';

  it('needs a place for the plan, which needs a number of shards', async () => {
    await refuses(`${load} --shards 8`, 'INPUT_MISSING', /hint: Add --save-plan plan\.json/);
    await refuses(`${load} --save-plan p.json`, 'INPUT_MISSING', /hint: Add --shards 8/);
    await refuses(`${load} --wait 2m`, 'INPUT_MISSING', /--wait is of a probe in shards/);
    await refuses(`${load} --shard 1/3`, 'INPUT_MISSING', /--shard is of a probe in shards/);
  });

  it.each(['1', '0', '1001', 'many'])('of %s is refused', async (shards) => {
    await refuses(`${load} --shards ${shards} --save-plan p.json`, 'VALUE_INVALID', /--shards/);
  });

  it.each([
    ['--compare', '--tps 200 --compare 10/0,90/50'],
    ['--compare-unpooled', '--compare-unpooled'],
    ['--stall', `${load} --stall`],
    ['--embedded', `${load} --embedded`],
    ['--control', `${load} --control ${nowhere}`],
    ['--save', `${load} --save s.json`],
    ['--emit', `${load} --emit pg`],
    ['--hgrm', `${load} --hgrm h.txt`],
    ['--plan', `${load} --plan plan.json`],
    ['--shard', `${load} --shard 1/3`],
  ])('and %s cannot both be given', async (flag, flags) => {
    await refuses(
      `${flags} --shards 3 --save-plan p.json`,
      'INPUT_CONTRADICTION',
      new RegExp(`${flag}( and --plan)? cannot both`),
    );
  });

  it('says the server, and never its password, where it cannot be asked; no file is left', async () => {
    const ran = await run(`${load} --shards 3 --save-plan p.json --no-progress`);
    expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
    expectOneError(ran, 'CONNECT_REFUSED');
    expect(ran.stderr).not.toContain(canary);
    expect(readdirSync(cwd)).toEqual(['plan.json']);
  });
});

describe('probe --plan', () => {
  const shard = '--plan plan.json --shard 1/3 --save s.json';

  it.each([
    ...['--tps 300', '--sql SELECT', '--hold 3ms', '--seed 4', '--threads 2', '--sizes 3,6', '--paced', '--quick'],
    ...['--connection-limit 4', '--verify size.json', '--share 50%', '--free-floor 3', '--max-p99 1s', '--dry-run'],
    ...['--embedded', `--control ${nowhere}`, '--wait 1m', '--instances 3', '--allow-write', '--var id=uuid'],
  ])('says what %s would say', async (flags) => {
    const [flag = ''] = flags.split(' ');
    await refuses(`${shard} ${flags}`, 'INPUT_CONTRADICTION', new RegExp(`${flag} and --plan cannot both be given`));
  });

  it('leaves alone what the environment says for all probes', async () => {
    const ran = await run(shard, { env: { POOLCTL_TPS: '300', POOLCTL_HOLD: '3ms', POOLCTL_SHARDS: '4' } });
    expectOneError(ran, 'CONNECT_REFUSED');
  });

  it('is one shard, which somebody has to name, and whose result is kept', async () => {
    await refuses('--plan plan.json --save s.json', 'INPUT_MISSING', /Which of the 3 shards/);
    await refuses('--plan plan.json --shard 1/3', 'INPUT_MISSING', /hint: Add --save shard-1\.json/);
    await refuses(
      '--plan plan.json --shard 1/4 --save s.json',
      'INPUT_CONTRADICTION',
      /is of 4 shards, and the plan is for 3/,
    );
  });

  it('is read from standard input too, unless the DSN comes from there', async () => {
    const stdin = shardPlanFile(shardPlan({ shards: 2 }));
    await refuses('--plan - --shard 1/3 --save s.json', 'INPUT_CONTRADICTION', /the plan is for 2/, { stdin });
    await refuses('- --plan - --shard 1/2 --save s.json', 'INPUT_CONTRADICTION', /Standard input/, { stdin });
  });

  it('was edited: the shard does not begin', async () => {
    const stdin = shardPlanFile({ ...shardPlan(), shards: 4 });
    await refuses('--plan - --shard 1/4 --save s.json', 'INPUT_INVALID', /changed after it was made/, { stdin });
  });

  it('has each shard once: not again from Slurm, and not into the file of one that has begun', async () => {
    const again = { env: { SLURM_RESTART_COUNT: '1' } };
    await refuses(shard, 'SHARD_TAKEN', /started this job again.*--no-requeue/, again);
    const [done] = dealtShards(7, { count: 30 }).shards;
    if (!done) throw new Error('no shard');
    for (const [name, finished] of [
      ['done.json', 'complete'],
      ['killed.json', 'running'],
    ] as const) {
      writeFileSync(join(cwd, name), shardFile({ ...done, finished }));
      await refuses(
        `--plan plan.json --shard 2/3 --save ${name}`,
        'SHARD_TAKEN',
        new RegExp(`${name}: a shard of plan 1f3a9c00`),
      );
    }
  });

  it('may write over one that had not met the others, and over the shard of another plan', async () => {
    const [done] = dealtShards(7, { count: 30 }).shards;
    if (!done) throw new Error('no shard');
    const { startedAt: _, ...waiting } = done;
    const others = [
      { ...waiting, finished: 'stopped', steps: [] } as const,
      { ...done, plan: { ...done.plan, hash: 'f'.repeat(64) } },
    ];
    for (const other of others) {
      writeFileSync(join(cwd, 'other.json'), shardFile(other));
      expectOneError(await run('--plan plan.json --shard 2/3 --save other.json'), 'CONNECT_REFUSED');
    }
  });
});
