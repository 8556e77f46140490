import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { files, leak, pool, projectOf } from '../helpers/lint-project.ts';

describe('suppressions', () => {
  it('are refused by name where --suppressions names a file that is not there', async () => {
    const project = projectOf(files);
    const { stderr, stdout, exitCode } = await project.lint('--suppressions nope.json');
    expect([stdout, exitCode]).toEqual(['', 2]);
    expect(stderr).toContain('nope.json');
    expect((await project.lint('--suppressions new.json --suppress-all')).exitCode).toBe(0);
    expect((await project.lint('--suppressions new.json')).exitCode).toBe(0);
  });

  it('of comments take a finding away, and are a finding where there is none', async () => {
    const withComment = leak.replace(
      '  const client',
      '  // poolctl-disable-next-line leak-no-finally -- known\n  const client',
    );
    const { stdout, exitCode } = await projectOf({ ...files, 'src/orders.ts': withComment }).lint('--format compact');
    expect([stdout, exitCode]).toEqual(['No findings in 2 files\n1 finding suppressed.\n', 0]);
    const unused = await projectOf({
      ...files,
      'src/orders.ts': `// poolctl-disable-file pool-leak -- x\n${withComment}`,
    }).lint('--format compact');
    expect(unused.stdout).toMatch(
      /^src\/orders\.ts:1:1: warning: Nothing here is found by pool-leak\. \[unused-suppression\]/,
    );
  });

  it('of a file: written for all, then only what is new is reported, and what is gone fails until it is pruned', async () => {
    const project = projectOf(files);
    expect((await project.lint('--suppress-all')).exitCode).toBe(0);
    project.write('src/orders.ts', `\n\n// Moved.\n${leak}`);
    expect((await project.lint('--format compact')).stdout).toBe('No findings in 2 files\n1 finding suppressed.\n');
    project.write('src/new.ts', leak.replace('orders', 'carts'));
    expect((await project.lint('--format compact')).stdout).toMatch(/^src\/new\.ts:4:24.*\n1 error/);
    project.write('src/new.ts', '');
    project.write('src/orders.ts', '');
    const stale = await project.lint('--format compact');
    expect(stale.stdout).toContain('src/orders.ts: 1 suppression of leak-no-finally not needed any more');
    expect(stale.exitCode).toBe(1);
    expect((await project.lint('src/pool.ts')).exitCode).toBe(0);
    expect((await project.lint('--prune-suppressions')).exitCode).toBe(0);
    expect((await project.lint()).exitCode).toBe(0);
    expect(project.read('poolctl-suppressions.json')).not.toContain('orders');
  });

  it('of a file that is no such file are one clear error', async () => {
    const { stderr, exitCode } = await projectOf({ ...files, 'poolctl-suppressions.json': '{}' }).lint();
    expect(stderr).toContain('error[INPUT_INVALID]: poolctl-suppressions.json is no file of suppressions.');
    expect(exitCode).toBe(2);
  });
});

describe('--since', () => {
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });

  it('reports what a branch adds, also where lines and files have moved, and runs nothing of the repository', async () => {
    const project = projectOf(files);
    const { folder } = project;
    git(folder, 'init', '-q', '-b', 'main');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'first');
    git(folder, 'checkout', '-qb', 'work');
    const touched = join(folder, 'touched');
    project.write('hook.sh', `#!/bin/sh\ntouch ${touched}\ncat\n`);
    chmodSync(join(folder, 'hook.sh'), 0o755);
    for (const key of ['core.fsmonitor', 'filter.x.clean', 'filter.x.smudge', 'diff.external', 'core.pager'])
      git(folder, 'config', key, join(folder, 'hook.sh'));
    project.write('.gitattributes', '*.ts filter=x\n');
    project.write('src/moved.ts', `// Moved.\n${leak}`);
    project.write('src/orders.ts', leak.replace('orders', 'carts'));
    const { stdout, exitCode } = await project.lint('--since main --format compact', {
      env: { PATH: process.env['PATH'] ?? '' },
    });
    expect(stdout.match(/^\S+(?=:\d+:24)/gm)).toEqual(['src/moved.ts', 'src/orders.ts']);
    expect(exitCode).toBe(1);
    expect(existsSync(touched)).toBe(false);
    execFileSync('rm', [join(folder, 'src/orders.ts')]);
    const gone = await project.lint('--since main --format compact', { env: { PATH: process.env['PATH'] ?? '' } });
    expect(gone.stdout).toBe('No findings in 2 files\n');
  });
});

describe('--fix', () => {
  const wrong = `import mysql from 'mysql2/promise';
export const pool = mysql.createPool({
  uri: process.env.DATABASE_URL,
  acquireTimeout: 5_000,
  connectionLimt: 5,
  queueLimit: 100,
});
process.once('SIGTERM', () => pool.end());
`;

  it('removes what does nothing and corrects what is misspelt, with line ends and byte order mark as they were', async () => {
    const project = projectOf({ 'src/pool.ts': `\uFEFF${wrong.replaceAll('\n', '\r\n')}`, 'poolctl.yaml': '' });
    const { stdout } = await project.lint('--fix --format compact');
    expect(stdout).toContain('2 findings fixed.\n');
    const right = wrong.replace('  acquireTimeout: 5_000,\n', '').replace('Limt', 'Limit');
    expect(project.read('src/pool.ts')).toBe(`\uFEFF${right.replaceAll('\n', '\r\n')}`);
    expect((await project.lint()).exitCode).toBe(0);
  });

  it('leaves alone what is no UTF-8', async () => {
    const project = projectOf({ 'poolctl.yaml': '' });
    const bytes = Buffer.concat([Buffer.from(wrong), Buffer.from('// caf\xe9\n', 'latin1')]);
    project.write('src/pool.ts', bytes);
    const { stdout } = await project.lint('--fix --explain --format compact');
    expect(stdout).toContain('Not judged: src/pool.ts: it was not fixed, because it is not UTF-8.');
  });
});

describe('--cache', () => {
  it('answers as without it, also when only an import has changed', async () => {
    const project = projectOf(files);
    const run = async () => (await project.lint('--cache cache.bin')).stdout;
    const first = await run();
    expect(await run()).toBe(first);
    project.write('src/pool.ts', pool.replace('max: 20', 'max: 7'));
    const changed = await run();
    expect(changed).not.toBe(first);
    expect(changed).toBe((await project.lint()).stdout);
    project.write('cache.bin', 'not a cache');
    expect(await run()).toBe(changed);
  });

  it('answers as without it when files come, go, are touched, or are read though git ignores them', async () => {
    const project = projectOf({ ...files, '.gitignore': 'tsconfig.json\n' });
    const changes: Record<string, string> = {
      'src/other.ts': pool,
      'src/pool.ts': pool,
      'poolctl.yaml': 'lint: { ignore: [src/other.ts] }\n',
      'tsconfig.json': '{ "compilerOptions": { "paths": {} } }\n',
      'src/empty.ts': '',
    };
    for (const [name, text] of Object.entries(changes)) {
      await project.lint('--cache cache.bin');
      project.write(name, text);
      for (const _ of [1, 2])
        expect((await project.lint('--cache cache.bin')).stdout, name).toBe((await project.lint()).stdout);
    }
  });
});
