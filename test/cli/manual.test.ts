import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { missing } from '../helpers/missing.ts';
import { poolctl, root } from '../helpers/run.ts';
import { debianProgram } from '../helpers/servers/apt.ts';

const run = promisify(execFile);
const { man, version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const file = `${root}${man}`;
const page = readFileSync(file, 'utf8');
const skipped = (reason: string | undefined) => (reason ? ` (skipped: ${reason})` : '');
const [noGroff, noMandoc, noMan] = [
  await missing(debianProgram('groff', 'groff')),
  await missing(debianProgram('mandoc', 'mandoc')),
  await missing(debianProgram('man', 'man-db')),
];

describe('the man page', () => {
  it('is of this version', () => {
    expect(page).toMatch(/^\.TH POOLCTL 1 /);
    expect(page).toContain(`"poolctl ${version}"`);
  });

  it.each(commands)('has every flag of $name, and its examples', async ({ name }) => {
    const { stdout: help } = await poolctl(`${name} --help`);
    const section = page.split('\n.SS "poolctl ').find((text) => text.startsWith(`${name} `)) ?? '';
    const plain = section.replaceAll('\\-', '-').replaceAll('\\e', '\\');
    const flags = [...help.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = '']) => flag);
    expect(flags.filter((flag) => flag !== '--help' && !plain.includes(flag))).toEqual([]);
    const examples = /Examples:\n([\s\S]*)/.exec(help)?.[1]?.trimEnd() ?? '';
    for (const line of examples.split('\n').filter((text) => /^ {2}poolctl [ -~]*$/.test(text))) {
      expect(plain).toContain(line.trim());
    }
  });

  it.skipIf(noGroff !== undefined)(`is one that groff has nothing to say of${skipped(noGroff)}`, async () => {
    const { stderr } = await run('groff', ['-man', '-ww', '-Tutf8', file], { maxBuffer: 2 ** 24 });
    expect(stderr).toBe('');
  });

  it.skipIf(noMandoc !== undefined)(`is one that mandoc takes${skipped(noMandoc)}`, async () => {
    await expect(run('mandoc', ['-T', 'lint', '-W', 'error', file])).resolves.toBeDefined();
  });

  it.skipIf(noMan !== undefined)(`is shown by man${skipped(noMan)}`, async () => {
    const { stdout } = await run('man', ['-l', file], { env: { ...process.env, MANPAGER: 'cat' }, maxBuffer: 2 ** 24 });
    expect(stdout).toContain('poolctl size');
  });
});

it.each([
  ['bash', 'poolctl.bash'],
  ['zsh', '_poolctl'],
  ['fish', 'poolctl.fish'],
])('the package has the completion script of %s', async (shell, name) => {
  expect(readFileSync(`${root}dist/completions/${name}`, 'utf8')).toBe((await poolctl(`completion ${shell}`)).stdout);
});
