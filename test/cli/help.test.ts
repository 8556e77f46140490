import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/base/errors.ts';
import { warningCodes } from '../../src/base/warning-codes.ts';
import { commands } from '../../src/commands/index.ts';
import { topics } from '../../src/profiles/explain.ts';
import { poolctl } from '../helpers/run.ts';

const run = promisify(execFile);

describe('help', () => {
  it.each(commands.map(({ name }) => name))(
    'of %s is the same by --help, by `help` and in 80 columns',
    async (name) => {
      const { stdout, exitCode } = await poolctl(`${name} --help`);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: poolctl ${name}`));
      expect((await poolctl(`help ${name}`)).stdout).toBe(stdout);
      const examples = stdout.slice(stdout.indexOf('Examples:'));
      expect(
        stdout
          .replace(examples, '')
          .split('\n')
          .filter((line) => line.length > 80),
      ).toEqual([]);
    },
  );

  it('of poolctl itself is what no arguments print, with exit code 0', async () => {
    const { stdout, exitCode } = await poolctl('');
    expect(stdout).toContain('poolctl size --tps 200 --p95 300');
    expect(exitCode).toBe(0);
    expect((await poolctl('--help')).stdout).toBe(stdout);
    expect((await poolctl('help')).stdout).toBe(stdout);
  });

  it('has examples that run', async () => {
    const lines: string[] = [];
    for (const name of ['', ...commands.map((command) => command.name)]) {
      const { stdout } = await poolctl(`${name} --help`);
      lines.push(...[...stdout.matchAll(/^ {2}poolctl ([^>\n]*)/gm)].map(([, line = '']) => line.trim()));
    }
    expect(lines.length).toBeGreaterThan(10);
    // test/live/commands.test.ts runs those that ask a server.
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-examples-'));
    for (const line of lines.filter((example) => !needsServer.test(example))) {
      const { exitCode, stderr } = await poolctl(line, / -o /.test(line) ? { cwd: folder } : {});
      expect([line, stderr, exitCode <= 1]).toEqual([line, '', true]);
    }
    rmSync(folder, { recursive: true });
  });
});

/** Commands whose first argument is a DSN, and those that read what such a command wrote. */
const needsServer = /^(?:inspect|watch|measure|doctor|probe|report|recommend)\b|--(?:from|trace|check)\b/;

describe('explain', () => {
  it('has a text for every term, rule, error and warning that it lists', async () => {
    const ids = topics().map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([...Object.keys(errorCodes), ...Object.keys(warningCodes), 'exit-codes']),
    );
    for (const id of ids) {
      const { stdout, exitCode } = await poolctl(`explain ${id}`);
      expect([id, exitCode]).toEqual([id, 0]);
      expect(stdout.length).toBeGreaterThan(80);
      // Code and addresses of a rule's page are as wide as they are.
      const lines = stdout.split('\n').filter((line) => !/^ {4}| {2}https:/.test(line));
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    }
  });

  it('names in its texts only commands, topics and flags that exist', async () => {
    const known = new Set(topics().map(({ id }) => id));
    const helps = await Promise.all(
      ['size', 'simulate', 'probe', 'report', 'lint', 'watch', 'fleet', 'convert', 'emit', 'mcp'].map((name) =>
        poolctl(`${name} --help`),
      ),
    );
    const help = helps.map(({ stdout }) => stdout).join('');
    for (const id of known) {
      // What others say has flags of theirs.
      const [stdout = ''] = (await poolctl(`explain ${id}`)).stdout.split('\nWho says it\n');
      for (const [, topic = ''] of stdout.matchAll(/poolctl explain ([\w-]+)/g)) expect(known).toContain(topic);
      for (const [flag] of stdout.matchAll(/(?<!\w)--[a-z][a-z0-9-]*/g))
        expect(`${help} --json --help`).toContain(flag);
    }
  });

  it('tells how long a batch job holds its connection: 1,000 items in batches of 100 at 100 ms, a second', async () => {
    expect((await poolctl('explain batch')).stdout).toContain(
      '1,000 items in batches of 100, 100 ms each: 10 batches, 1 second',
    );
  });
});

describe('profiles', () => {
  it('lists every kind, and shows a profile as a file that can be used', async () => {
    const { stdout } = await poolctl('profiles list');
    for (const id of ['production', 'aws-rds-mysql', 'mysql2', 'pgbouncer', 'kubernetes'])
      expect(stdout).toContain(`  ${id} `);
    const shown = (await poolctl('profiles show production')).stdout;
    const sized = await poolctl('size --profile - --json', { stdin: shown });
    expect(JSON.parse(sized.stdout).result.connectionLimit).toBe(90);
  });

  it('shows one as JSON with its values read: times in ms, shares from 0 to 1', async () => {
    const { stdout } = await poolctl('profiles show large --json');
    expect(JSON.parse(stdout).result).toMatchObject({
      id: 'large',
      kind: 'pools',
      workload: { p95: 300 },
      headroom: 0.3,
    });
  });
});

describe('completion', () => {
  const complete = async (typed: string) => {
    const { stdout: script } = await poolctl('completion bash');
    // As bash itself splits a line: = and : are words of their own, and so is what is not yet typed after a space.
    const words = typed.split(/ |(?<=[^ ])(?=[:=])|(?<=[:=])(?=[^ ])/);
    const ask = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _poolctl; echo "\${COMPREPLY[@]}"`;
    return (await run('bash', ['-c', ask])).stdout.trim().split(' ');
  };

  it.each([
    ['poolctl prof', ['profiles']],
    ['poolctl size --tot', ['--total-tps']],
    ['poolctl size --server aws-rds-p', ['aws-rds-postgres']],
    ['poolctl size --profile prod', ['production']],
    ['poolctl size --format m', ['markdown']],
    ['poolctl size --method=m', ['model']],
    ['poolctl size --server aws-rds-mysql:db.t3.med', ['db.t3.medium']],
    ['poolctl size --server=neon:0.', ['0.25CU', '0.5CU']],
    ['poolctl size --emit mysql2,nest', ['mysql2,nestjs-typeorm']],
    ['poolctl convert x --to pg,mysql2,kys', ['pg,mysql2,kysely']],
    ['poolctl emit pg,kys', ['pg,kysely']],
    ['poolctl convert x --from hik', ['hikaricp']],
    ['poolctl simulate --scenario retry', ['retry-storm']],
    ['poolctl probe --workload tpc', ['tpcb-like']],
    ['poolctl explain bat', ['batch']],
    ['poolctl completion f', ['fish']],
  ])('in bash of "%s" is %j', async (typed, words) => {
    expect(await complete(typed)).toEqual(words);
  });

  it('offers all that may follow a comma or a colon', async () => {
    const { targets } = await import('../../src/emit/targets/index.ts');
    expect(await complete('poolctl size --emit mysql2,')).toEqual(Object.keys(targets).map((name) => `mysql2,${name}`));
    const classes = await complete('poolctl size --server aws-rds-mysql:');
    expect(classes).toEqual(expect.arrayContaining(['db.t2.micro', 'db.t3.medium']));
  });

  it('offers no class of a server that --server refuses', async () => {
    const { serverLimits, serverNames } = await import('../../src/profiles/limits.ts');
    const names = (await serverNames()).filter((name) => name.includes(':'));
    expect(names.length).toBeGreaterThan(200);
    for (const name of names) await expect(serverLimits(name)).resolves.toMatchObject({ name: name.replace(':', ' ') });
  });

  it.each(['bash', 'zsh', 'fish'])('in %s knows every flag of every command', async (shell) => {
    const { stdout: script } = await poolctl(`completion ${shell}`);
    for (const { name } of commands) {
      const help = (await poolctl(`${name} --help`)).stdout;
      for (const [, flag = ''] of help.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)) {
        if (flag !== 'help') expect(script).toContain(shell === 'fish' ? `-l ${flag}` : `--${flag}`);
      }
    }
  });

  it.each(['zsh', 'fish'].filter((shell) => existsSync(`/usr/bin/${shell}`)))(
    'in %s is a script that %s accepts',
    async (shell) => {
      const { stdout: script } = await poolctl(`completion ${shell}`);
      await expect(run(shell, ['-n', '-c', script])).resolves.toBeDefined();
    },
  );
});
