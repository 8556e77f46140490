import { chmodSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { files, leak, pool, projectOf } from '../helpers/lint-project.ts';

describe('what it finds', () => {
  it('is one error in a line for compilers, through an import, with exit code 1', async () => {
    const { stdout, exitCode } = await projectOf(files).lint('--format compact');
    expect(stdout).toMatch(/^src\/orders\.ts:4:24: error: .* \[leak-no-finally\]\n1 error in 2 files\n$/);
    expect(exitCode).toBe(1);
  });

  it('is, with --audit, what only names suggest', async () => {
    const byName = 'export async function all(pool) {\n  const client = await pool.connect();\n';
    const project = projectOf({
      ...files,
      'src/by-name.js': `${byName}  const rows = await client.query('SELECT 1');\n  client.release();\n  return rows;\n}\n`,
    });
    expect((await project.lint('--format compact')).stdout).not.toContain('by-name');
    const { stdout } = await project.lint('--audit --format compact');
    expect(stdout).toMatch(/^src\/by-name\.js:2:24: error: .* \[leak-no-finally\]\n1 error in/);
    expect(stdout).not.toContain('orders');
  });

  it('is nothing in a clean project, with exit code 0', async () => {
    const { stdout, exitCode } = await projectOf({ 'src/pool.ts': pool, 'poolctl.yaml': '' }).lint();
    expect([stdout, exitCode]).toEqual(['✓ No findings in 1 file\n', 0]);
  });

  it('stands under its code with carets, with the size of the pool that it empties', async () => {
    const { stdout } = await projectOf(files).lint();
    expect(stdout).toContain(
      '   4 │   const client = await pool.connect();\n     │                        ^^^^^^^^^^^^^^\n',
    );
    expect(stdout.replace(/\s+/g, ' ')).toContain('all 20 connections');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('has the right place with Windows line ends and a byte order mark', async () => {
    const { stdout } = await projectOf({ ...files, 'src/orders.ts': `\uFEFF${leak.replaceAll('\n', '\r\n')}` }).lint(
      '--json',
    );
    expect(JSON.parse(stdout).result.findings[0].place).toMatchObject({
      line: 4,
      column: 24,
      endLine: 4,
      endColumn: 38,
    });
  });

  it('is of the paths that are named, by the folder that one is in', async () => {
    const project = projectOf({ ...files, 'other/orders.ts': leak.replace('./pool', '../src/pool') });
    expect((await project.lint('other --format compact')).stdout).toMatch(/^other\/orders.*\n1 error in 1 file\n$/);
    const { stdout } = await project.lint('../other --format compact', { cwd: join(project.folder, 'src') });
    expect(stdout).toMatch(/^\.\.\/other\/orders/);
  });

  it('is of the text on standard input, as the named file, with the imports on disk', async () => {
    const project = projectOf({ ...files, 'src/orders.ts': '' });
    const { stdout, exitCode } = await project.lint('- --stdin-filename src/orders.ts --format compact', {
      stdin: leak,
    });
    expect(stdout).toMatch(/^src\/orders\.ts:4:24: error/);
    expect(exitCode).toBe(1);
    expect((await project.lint('-', { stdin: leak })).stderr).toContain('error[INPUT_MISSING]');
  });
});

describe('what fails', () => {
  const warns = { 'src/pool.ts': pool.replace('connectionTimeoutMillis: 5_000, ', ''), 'poolctl.yaml': '' };

  it.each([
    ['', 1],
    ['--fail-on error', 0],
    ['--fail-on never', 0],
    ['--fail-on info', 1],
    ['--fail-on error --max-warnings 0', 1],
    ['--fail-on error --max-warnings 1', 0],
  ])('a warning with %s is exit code %d', async (flags, exitCode) => {
    const ran = await projectOf(warns).lint(`${flags} --format compact`);
    expect([ran.stdout.split('\n')[0], ran.exitCode]).toEqual([
      expect.stringContaining('[acquire-timeout-missing]'),
      exitCode,
    ]);
  });

  it.each([
    ['no.ts', 'INPUT_UNREADABLE'],
    ['--format xml', 'VALUE_INVALID'],
    ['--format json --format sarif', 'INPUT_CONTRADICTION'],
    ['..', 'USAGE'],
    ['--since nothing', 'VALUE_INVALID'],
    ['--stdin-filename x.ts', 'USAGE'],
  ])('%s is exit code 2 with one clear error', async (flags, code) => {
    const { stdout, stderr, exitCode } = await projectOf(warns).lint(flags.replace('..', 'src ..'));
    expect(exitCode).toBe(2);
    if (flags.includes('json')) expect(JSON.parse(stdout).error.code).toBe(code);
    else
      expect([stdout, stderr]).toEqual([
        '',
        expect.stringMatching(new RegExp(`^error\\[${code}\\]: .*\n  hint: .*\n$`)),
      ]);
  });

  it.each([
    [
      'lint: { rules: { leak-no-finaly: off } }',
      '1:34: lint.rules.leak-no-finaly: is no rule. Did you mean "leak-no-finally"?',
    ],
    ['lint:\n  preset: strikt\n', '2:11: lint.preset: must be one of recommended, strict, library.'],
    ['lint:\n  thresholds:\n    acquireTimeout: soon\n', '3:21: lint.thresholds.acquireTimeout:'],
    ['lints: {}', '1:8: lints: unknown key. Did you mean "lint"?'],
    ['lint: [', '1:'],
    ['lint: { preset: *strict }', '1:1: Unresolved alias'],
    ['lint: {}\n---\nlint: {}', '2:1: one document is read, and here a second begins.'],
    ['lint: { ignore: dist }', '1:17: lint.ignore: must be a list.'],
    ['servers: { a: {} }', '1:15: servers.a: has no limit: write maxConnections, or a profile that has one.'],
    ['servers:\n  a: { host: db }\n', '2:6: servers.a: has no limit:'],
    [
      'servers: { a: { maxConnections: 10, reserved: 7, others: 3 } }',
      '1:15: servers.a: leaves no connection to pools: 7 reserved and 3 of others, of 10.',
    ],
    ['lint: { assume: { shutdown: sure } }', '1:29: lint.assume.shutdown: must be true or false.'],
  ])('a mistake in poolctl.yaml (%j) is named with its place', async (text, message) => {
    const { stderr, exitCode } = await projectOf({ ...warns, 'poolctl.yaml': text }).lint();
    expect(stderr).toContain(`error[CONFIG_INVALID]: poolctl.yaml:${message}`);
    expect(exitCode).toBe(2);
  });

  it.each(['--fail-on some', '--max-warnings few', '--since no-such-commit'])(
    'a wrong flag (%s) is told before anything is printed or written',
    async (flag) => {
      const project = projectOf(files);
      const { stdout, exitCode } = await project.lint(`--suppress-all ${flag}`);
      expect([stdout, exitCode]).toEqual(['', 2]);
      expect(() => project.read('poolctl-suppressions.json')).toThrow('ENOENT');
    },
  );
});

describe('poolctl.yaml', () => {
  const rulesIn = async (config: string) => {
    const { stdout } = await projectOf({
      ...files,
      'src/scripts/orders.ts': leak.replace('./', '../'),
      'poolctl.yaml': config,
    }).lint('--json');
    return JSON.parse(stdout).result.findings.map(
      ({ place, severity, rule }: { place: { file: string }; severity: string; rule: string }) =>
        `${place.file} ${severity} ${rule}`,
    );
  };

  it('sets the severity of a rule, and turns it off for some files', async () => {
    const config =
      'lint:\n  rules: { leak-no-finally: info }\n  overrides: [{ files: [scripts/], rules: { leak-no-finally: off } }]\n';
    expect(await rulesIn(config)).toEqual(['src/orders.ts info leak-no-finally']);
  });

  it('ignores files', async () => {
    expect(await rulesIn('lint: { ignore: [src/orders.ts] }')).toEqual(['src/scripts/orders.ts error leak-no-finally']);
  });

  it('is printed as it holds for a file', async () => {
    const config =
      'lint:\n  thresholds: { acquireTimeout: 2s }\n  overrides: [{ files: ["*.test.ts"], preset: strict }]\n';
    const { stdout, exitCode } = await projectOf({ ...files, 'poolctl.yaml': config }).lint(
      '--print-config src/a.test.ts',
    );
    expect([JSON.parse(stdout).result, exitCode]).toMatchObject([
      {
        preset: 'strict',
        isTestCode: true,
        thresholds: { acquireTimeoutMs: 2_000 },
        rules: { 'leak-no-finally': 'error' },
      },
      0,
    ]);
  });
});

describe('the files of a project', () => {
  it('leave out what .gitignore names, what others wrote, and links', async () => {
    const project = projectOf({
      ...files,
      '.gitignore': 'generated/\n*.gen.ts\n',
      'generated/a.ts': leak.replace('./', '../src/'),
      'src/b.gen.ts': leak,
      'src/.gitignore': '!keep.gen.ts\n',
      'src/keep.gen.ts': leak,
      'node_modules/x/index.js': leak,
      'dist/orders.js': leak,
    });
    symlinkSync(project.folder, join(project.folder, 'src/loop'));
    const { stdout } = await project.lint('--format compact');
    expect(stdout.match(/^\S+(?=:4:24)/gm)).toEqual(['src/keep.gen.ts', 'src/orders.ts']);
    expect((await project.lint('generated --format compact')).stdout).toContain('generated/a.ts:4:24');
  });

  it('are notes where they cannot be judged, never an error', async () => {
    const project = projectOf({
      ...files,
      'src/broken.ts': `${pool}\nconst = ;`,
      'src/long.ts': `import 'pg';${'x();'.repeat(600_000)}`,
      'src/wide.js': `import 'pg';${'x();'.repeat(20_000)}`,
    });
    project.write('src/binary.ts', Buffer.from([0x70, 0, 1, 2, 0xff]));
    project.write('src/closed.ts', leak);
    chmodSync(join(project.folder, 'src/closed.ts'), 0);
    const { stdout, exitCode } = await project.lint('--explain --format compact');
    expect(exitCode).toBe(1);
    for (const note of [
      'broken.ts: it has a syntax error',
      'long.ts: it is larger than 2 MB',
      'wide.js: it is minified',
      'binary.ts: it is binary',
    ])
      expect(stdout).toContain(`Not judged: src/${note}`);
  });

  it('show no secret, wherever one stands', async () => {
    const secret = 'hunter2-canary';
    const code = `import mysql from 'mysql2';
export const pool = mysql.createPool({ uri: 'mysql://app:${secret}@db/app', password: '${secret}', acquireTimeout: 1 });
export const other = mysql.createPool({
  password:
    process.env.PASSWORD ?? '${secret}',
  acquireTimeout: 1,
});
`;
    const project = projectOf({
      'src/pool.ts': code,
      '.env': `DB_PASSWORD=${secret}\n`,
      'poolctl.yaml': 'lint: { preset: strict }',
    });
    for (const format of [
      'pretty',
      'compact',
      'agent',
      'json',
      'sarif',
      'github',
      'gitlab',
      'junit',
      'checkstyle',
      'rdjson',
      'markdown',
    ]) {
      const { stdout } = await project.lint(`--explain --format ${format}`);
      expect(stdout).toContain('acquire-timeout-unsupported');
      expect([format, stdout.includes(secret)]).toEqual([format, false]);
    }
  });
});

describe('the format', () => {
  it('is that for agents where one runs it, and that of GitHub in Actions', async () => {
    const agent = await projectOf(files).lint('', { env: { AI_AGENT: 'some' } });
    expect(agent.stdout).toMatch(/^src\/orders\.ts:4:24 error leak-no-finally: .* Fix: .*\n$/);
    expect(agent.stderr).toBe('Format agent, because AI_AGENT is set; --format pretty is for people.\n');
    const github = await projectOf(files).lint('', { env: { GITHUB_ACTIONS: 'true' } });
    expect(github.stdout).toMatch(
      /^::error file=src\/orders\.ts,line=4,endLine=4,col=24,endColumn=38,title=poolctl leak-no-finally::/,
    );
  });

  it('shows the budget of each server in the summary of a job, also where it fits', async () => {
    const compose = (limit: number) => `services:
  db: { image: 'postgres:18', command: postgres -c max_connections=${limit} }
  api:
    build: .
    deploy: { replicas: 4 }
    environment: { DATABASE_URL: 'postgres://db/app', DB_POOL_MAX: '20' }
`;
    const pool = "import pg from 'pg';\nexport const pool = new pg.Pool({ max: Number(process.env.DB_POOL_MAX) });\n";
    for (const [limit, verdict] of [
      [83, '✅ fits'],
      [82, '❌ does not fit'],
    ] as const) {
      const project = projectOf({ 'compose.yaml': compose(limit), 'src/db.ts': pool });
      const { stdout } = await project.lint('--format markdown');
      expect(stdout).toContain(`### db: 80 of ${limit - 3} connections in the worst minute, ${verdict}\n`);
      expect(stdout).toContain('| api | 20 | 1 | 4 | 80 | 0 |\n');
      const { result } = JSON.parse((await project.lint('--format json')).stdout);
      expect(result.budgets).toMatchObject([{ server: 'db', usable: limit - 3, running: 80, worst: 80 }]);
    }
  });

  it('can be several, each in its file', async () => {
    const project = projectOf(files);
    const { stdout } = await project.lint('--format compact --format sarif=out.sarif --format junit=out.xml');
    expect(stdout).toContain('[leak-no-finally]');
    expect(JSON.parse(project.read('out.sarif')).version).toBe('2.1.0');
    expect(project.read('out.xml')).toContain('<testsuites name="poolctl lint" tests="1" failures="1" errors="0">');
    const unwritable = await project.lint('--format json=no/such/folder.json');
    expect([unwritable.exitCode, unwritable.stderr]).toEqual([3, expect.stringContaining('OUTPUT_UNWRITABLE')]);
  });

  it('of --stats is on stderr', async () => {
    const { stdout, stderr } = await projectOf(files).lint('--stats --format compact');
    expect(stderr).toMatch(/^leak-no-finally +0 ms\n/m);
    expect(stdout).toMatch(/1 error in 2 files\n$/);
  });
});

describe('a cache', () => {
  it('that is damaged, or a folder, is as none, and leaves nothing behind', async () => {
    const project = projectOf(files);
    const { stdout } = await project.lint('--cache kept --format compact');
    expect((await project.lint('--cache kept --format compact')).stdout).toBe(stdout);
    const bytes = readFileSync(join(project.folder, 'kept'));
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 0xff;
    project.write('kept', bytes);
    expect((await project.lint('--cache kept --format compact')).stdout).toBe(stdout);
    expect((await project.lint('--cache src --format compact')).stdout).toBe(stdout);
    expect(readdirSync(project.folder).sort()).toEqual(['kept', 'poolctl.yaml', 'src']);
  });
});

describe('the name of a file', () => {
  it.each(['pretty', 'compact', 'agent', 'github', 'markdown', 'junit', 'checkstyle'])(
    'has no escape of the terminal in %s',
    async (format) => {
      const { stdout } = await projectOf({ ...files, 'src/\u001B[31mred.ts': leak }).lint(`--format ${format}`);
      expect(stdout).toContain('31mred.ts');
      expect(stdout).not.toContain('\u001B');
    },
  );
});
