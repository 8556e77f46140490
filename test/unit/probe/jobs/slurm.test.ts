import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { slurm } from '../../../../src/probe/jobs/slurm.ts';
import { shardJob } from '../../../helpers/shard-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolctl-slurm-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script with a srun that notes its words, and starts what it is given as the second task; so does poolctl. */
function ran(change: Parameters<typeof shardJob>[0], env: NodeJS.ProcessEnv = {}) {
  const note = (file: string) => `#!/bin/bash\nprintf '%s\\0' "$@" > ${folder}/${file}\n`;
  writeFileSync(
    join(folder, 'srun'),
    `${note('srun.words')}while [ "\${1#--}" != "$1" ]; do shift; done\nSLURM_PROCID=1 exec "$@"\n`,
    { mode: 0o755 },
  );
  const asked = `${note('poolctl.words')}printf '%s' "\${POOLCTL_URL_FILE:-}" > ${folder}/url-file\n`;
  writeFileSync(join(folder, 'poolctl'), asked, { mode: 0o755 });
  const PATH = `${folder}:${process.env['PATH']}`;
  writeFileSync(join(folder, 'job.sh'), slurm.write(shardJob(change)));
  execFileSync('bash', ['job.sh'], { cwd: folder, env: { PATH, ...env }, stdio: 'ignore' });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const wordsOf = (name: string) => read(name).split('\0').slice(0, -1);
  return { srun: wordsOf('srun.words'), poolctl: wordsOf('poolctl.words'), urlFile: read('url-file') };
}

const directives = (text: string) => text.match(/^#SBATCH .*$/gm) ?? [];

describe('the script of Slurm', () => {
  it('asks for all tasks at once, never again, and for the time that the plan may take', () => {
    expect(directives(slurm.write(shardJob()))).toEqual([
      '#SBATCH --job-name=poolctl-1f3a9c00',
      '#SBATCH --ntasks=3',
      '#SBATCH --cpus-per-task=1',
      // 300 s, 4 s, 11.5 s and 60 s, and two minutes to spare.
      '#SBATCH --time=9',
      '#SBATCH --signal=TERM@30',
      '#SBATCH --output=poolctl-1f3a9c00.log',
      '#SBATCH --no-requeue',
    ]);
  });

  it('is a valid script that starts each shard by its number, whatever the plan is called', () => {
    const planFile = `plans of "us"/it's $HOME\n#SBATCH --array=1-9 .json`;
    const { srun, poolctl } = ran({ planFile });
    expect(srun).toEqual(expect.arrayContaining(['--ntasks=3', '--cpus-per-task=1', '--kill-on-bad-exit=0']));
    expect(poolctl).toEqual(['probe', '--plan', planFile, '--shard', '2/3', '--save', 'shard-2.json', '--no-progress']);
  });

  it('reads the DSN from the environment, or else from a file', () => {
    expect(ran({}, { DATABASE_URL: 'postgres://db/app' }).urlFile).toBe('');
    expect(ran({}).urlFile).toBe('probe.env');
    expect(ran({}, { POOLCTL_URL_FILE: 'mine.env' }).urlFile).toBe('mine.env');
  });
});
