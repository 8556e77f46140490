import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { files, leak, projectOf, type TemporaryProject } from '../helpers/lint-project.ts';
import { root } from '../helpers/run.ts';

/** A project with poolctl installed, as `npx poolctl` finds it. */
function installed(): TemporaryProject {
  const project = projectOf({ ...files, '.gitignore': 'node_modules/\n' });
  mkdirSync(join(project.folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(join(root, 'bin/poolctl'), join(project.folder, 'node_modules/.bin/poolctl'));
  return project;
}

function run(program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ exitCode: number; output: string }>((resolve) => {
    execFile(program, args, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}

describe('the action for GitHub', () => {
  const action = parse(readFileSync(join(root, 'docs/github-action/action.yml'), 'utf8')) as {
    inputs: Record<string, { default: string }>;
    runs: { steps: { run: string; env: Record<string, string> }[] };
  };

  /** Runs its step as GitHub does: inputs are in the environment, and bash ends at the first error. */
  async function act(project: TemporaryProject, inputs: Readonly<Record<string, string>> = {}) {
    const [step] = action.runs.steps;
    const given = (text: string) =>
      text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name) => inputs[name] ?? action.inputs[name]?.default ?? '');
    const env = Object.fromEntries(Object.entries(step?.env ?? {}).map(([name, text]) => [name, given(text)]));
    const summary = { GITHUB_STEP_SUMMARY: join(project.folder, 'summary.md') };
    return run('bash', ['-eo', 'pipefail', '-c', step?.run ?? ''], project.folder, { ...env, ...summary });
  }

  it('annotates, writes a summary and a SARIF file, and fails', async () => {
    const project = installed();
    const { exitCode, output } = await act(project);
    expect(output).toContain('::error file=src/orders.ts,line=4,');
    expect(exitCode).toBe(1);
    expect(project.read('summary.md')).toContain('leak-no-finally');
    expect(JSON.parse(project.read('poolctl.sarif'))).toMatchObject({ version: '2.1.0' });
  });

  it('has an input for what is linted, what fails, and where the SARIF file goes', async () => {
    const project = installed();
    const inputs = { paths: 'src/pool.ts src/orders.ts', 'fail-on': 'never', sarif: 'out.sarif' };
    expect((await act(project, inputs)).exitCode).toBe(0);
    expect(project.read('out.sarif')).toContain('leak-no-finally');
    expect((await act(project, { paths: 'src/pool.ts' })).exitCode).toBe(0);
  });
});

describe('the hook for pre-commit', () => {
  const page = readFileSync(join(root, 'docs/lint.md'), 'utf8');
  const [, written = ''] = /pre-commit:\n\n```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const entry: string = parse(written).repos[0].hooks[0].entry;

  it('refuses a commit with a leak, and takes it when that is mended', async () => {
    const project = installed();
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], project.folder);
    await git('init', '--quiet');
    // pre-commit gives its entry the files that are staged.
    project.write('.git/hooks/pre-commit', `#!/bin/sh\n${entry} $(git diff --cached --name-only -- '*.ts')\n`);
    chmodSync(join(project.folder, '.git/hooks/pre-commit'), 0o755);
    await git('add', '.');
    const refused = await git('commit', '--quiet', '-m', 'first');
    expect(refused.output).toContain('leak-no-finally');
    expect(refused.exitCode).toBe(1);
    const mended = leak
      .replace('  const { rows }', '  try {\n  const { rows }')
      .replace('  client.release();\n  return rows;', '  return rows;\n  } finally {\n  client.release();\n  }');
    project.write('src/orders.ts', mended);
    await git('add', '.');
    expect(await git('commit', '--quiet', '-m', 'first')).toMatchObject({ exitCode: 0 });
  });
});
