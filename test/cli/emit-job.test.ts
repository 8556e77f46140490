import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type JobKindName, jobKindNames } from '../../src/probe/jobs/kind.ts';
import { poolctl, type Surroundings, words } from '../helpers/run.ts';
import { shardPlan, shardPlanFile } from '../helpers/shard-plan.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolctl-emit-job-'));
  writeFileSync(join(folder, 'plan.json'), shardPlanFile(shardPlan()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const emit = (line: string, more: Surroundings = {}) => poolctl(`probe ${line}`, { cwd: folder, ...more });

/** What the second shard is started with, without the name of the program. */
const commandIn: Readonly<Record<JobKindName, (text: string) => readonly string[]>> = {
  kubernetes: (text) => parseAllDocuments(text)[1]?.toJS().spec.template.spec.containers[0].command.slice(1),
  compose: (text) => parse(text, { merge: true }).services['shard-2'].command.slice(1),
  slurm: (text) => {
    const [, script = ''] = /exec poolctl (probe [^']*)/.exec(text) ?? [];
    return words(script.replace('$plan', 'plan.json').replaceAll('$n', '2'));
  },
};

describe('poolctl probe --emit-job', () => {
  it.each(jobKindNames)('%s: writes the job of a plan, asks no server, and says nothing of the DSN', async (kind) => {
    const env = { DATABASE_URL: 'postgres://Zq1:Zq2@Zq3.invalid/Zq4', PGPASSWORD: 'Zq5' };
    const { stdout, stderr, exitCode } = await emit(`--plan plan.json --emit-job ${kind}`, { env });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain('3 shards of plan 1f3a9c00');
    expect(stdout).not.toContain('Zq');
  });

  it.each(jobKindNames)('%s: starts poolctl as it takes it', async (kind) => {
    const { stdout } = await emit(`--plan plan.json --emit-job ${kind}`);
    const command = commandIn[kind](stdout).map((word) => word.replace(/^.*(plan\.json|shard-\d\.json)$/, '$1'));
    const env = { DATABASE_URL: 'postgres://app@127.0.0.1:1/app', JOB_COMPLETION_INDEX: '1' };
    const ran = await poolctl(command, { cwd: folder, env });
    expect({ exitCode: ran.exitCode, refused: (ran.stdout + ran.stderr).match(/CONNECT_REFUSED|USAGE/)?.[0] }).toEqual({
      ...{ exitCode: 3, refused: 'CONNECT_REFUSED' },
    });
  });

  it('writes it to a file, with the image and the volume that were named', async () => {
    const names = '--job-image registry.example/poolctl:7 --job-claim probe-results';
    const ran = await emit(`--plan plan.json --emit-job kubernetes ${names} -o job.yaml`);
    expect(ran).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    const text = readFileSync(join(folder, 'job.yaml'), 'utf8');
    expect(text).toContain('image: registry.example/poolctl:7\n');
    expect(text).toContain('claimName: probe-results\n');
  });

  it.each([
    ['--emit-job slurm', 'INPUT_MISSING'],
    ['--emit-job nomad --plan plan.json', 'VALUE_INVALID'],
    ['--emit-job slurm --plan none.json', 'INPUT_UNREADABLE'],
    ['--emit-job slurm --plan -', 'INPUT_CONTRADICTION'],
    ['--emit-job slurm --plan plan.json --format markdown', 'INPUT_CONTRADICTION'],
    ['--emit-job slurm --plan plan.json --job-claim results', 'INPUT_CONTRADICTION'],
    ['--emit-job slurm --plan plan.json --shard 1/3', 'INPUT_CONTRADICTION'],
    ['postgres://app@db/app --emit-job slurm --plan plan.json', 'INPUT_CONTRADICTION'],
    ['--plan plan.json --job-image poolctl:1', 'INPUT_MISSING'],
  ])('refuses %s: %s', async (line, code) => {
    const { stderr, exitCode } = await emit(line);
    expect(stderr).toMatch(new RegExp(`^error\\[${code}\\]: .*\\n  hint: `));
    expect(exitCode).toBe(2);
  });
});
