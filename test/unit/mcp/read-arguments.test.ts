import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/mcp/read-arguments.ts';
import { callHere, seen, toolNamed } from '../../helpers/mcp.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'poolctl-mcp-')));
const own = join(folder, 'own');
mkdirSync(own);
writeFileSync(join(folder, 'outside.txt'), 'CANARY-outside\n');
writeFileSync(join(own, 'holds.txt'), '100\n200\n300\n');
writeFileSync(join(own, 'large.txt'), 'x'.repeat(2_000));
symlinkSync(join(folder, 'outside.txt'), join(own, 'link.txt'));
execFileSync('mkfifo', [join(own, 'pipe')]);
afterAll(() => rmSync(folder, { recursive: true }));

const at = { cwd: own, roots: [own], maxInput: 1_000, targets: ['--targets=targets.yaml'] };
const argv = async (name: string, given: Record<string, unknown>) => readArguments(await toolNamed(name), given, at);
const refusal = (name: string, given: Record<string, unknown>) =>
  argv(name, given).then(
    () => 'taken',
    (error) => `${error.code}: ${error.message}`,
  );

describe('arguments', () => {
  it.each([
    [
      'size',
      { tps: 200, p95: '300ms', explain: true, simulate: false },
      'size --tps=200 --p95=300ms --explain --json --',
    ],
    ['size', { tps: 9, emit: ['pg', 'typeorm'] }, 'size --tps=9 --emit=pg,typeorm --json --'],
    [
      'size',
      { tps: 9, samples: 'holds.txt', server: 'mysql' },
      'size --tps=9 --samples=holds.txt --server=mysql --json --',
    ],
    ['lint', { paths: ['a.ts', '--fix'] }, 'lint --json -- a.ts --fix'],
    ['explain', { topic: 'FATAL: too many clients' }, 'explain --json -- FATAL: too many clients'],
    ['convert', { text: 'x', at: ['a', 'b'], to: 'pg' }, 'convert --at=a --at=b --to=pg --json -- -'],
    ['inspect', {}, 'inspect --json --'],
    ['inspect', { env: 'ORDERS_URL' }, 'inspect --json -- env:ORDERS_URL'],
    ['inspect', { target: 'orders' }, 'inspect --targets=targets.yaml --json -- orders'],
    ['fleet_check', { strict: true }, 'fleet --strict --json --'],
  ])('of %s become a command line: %j', async (name, given, line) => {
    expect((await argv(name, given)).argv.join(' ')).toBe(line);
  });

  it('may hold a document of size, which is standard input', async () => {
    const { argv: line, stdin } = await argv('emit', { targets: 'pg', size: { schema: 'poolctl.size/1' } });
    expect([line.join(' '), stdin]).toEqual(['emit --from=- --json -- pg', '{"schema":"poolctl.size/1"}']);
  });
});

describe('what is refused before a command runs', () => {
  it.each([
    ['size', { tpss: 1 }, 'VALUE_INVALID: size has no argument "tpss". Did you mean "tps"?'],
    ['size', { output: 'x' }, 'VALUE_INVALID: size has no argument "output".'],
    ['size', { 'url-file': 'x' }, 'VALUE_INVALID: size has no argument "url-file".'],
    ['lint', { fix: true }, 'VALUE_INVALID: lint has no argument "fix".'],
    ['lint', { cache: 'x' }, 'VALUE_INVALID: lint has no argument "cache".'],
    ['emit', { write: 'x' }, 'VALUE_INVALID: emit has no argument "write".'],
    ['fleet_check', { lock: 'x' }, 'VALUE_INVALID: fleet_check has no argument "lock".'],
    ['fleet_check', { html: 'x' }, 'VALUE_INVALID: fleet_check has no argument "html".'],
    ['size', { explain: 'yes' }, 'VALUE_INVALID: explain must be true or false.'],
    ['size', { tps: {} }, 'VALUE_INVALID: tps must be a text.'],
    ['size', { tps: [1, 2] }, 'VALUE_INVALID: tps must be one value.'],
    ['lint', { paths: ['-'] }, 'VALUE_INVALID: paths: there is no standard input.'],
    ['lint', { paths: ['a'], text: 'b' }, 'INPUT_CONTRADICTION: paths and text cannot both be given.'],
    ['inspect', { env: 'A', target: 'b' }, 'INPUT_CONTRADICTION: env and target cannot both be given.'],
    ['inspect', { env: 'A B' }, 'VALUE_INVALID: env is not the name of an environment variable.'],
    ['lint', { text: 'x'.repeat(2_000) }, 'CALL_TOO_LARGE: The arguments have 2011 characters; 1000 may be given.'],
    ['size', { samples: 'large.txt' }, 'CALL_TOO_LARGE: large.txt has 2000 bytes; 1000 may be given.'],
    ['size', { samples: 'pipe' }, 'INPUT_UNREADABLE: samples: pipe is neither a file nor a folder.'],
  ])('%s %o', async (name, given, said) => {
    expect(await refusal(name, given)).toBe(said);
  });

  it.each([
    ['lint', { paths: ['..'] }],
    ['lint', { paths: ['.', '/etc'] }],
    ['lint', { paths: ['link.txt'] }],
    ['size', { samples: '../outside.txt' }],
    ['size', { profile: '../outside.yaml' }],
    ['size', { from: '/etc/passwd' }],
    ['simulate', { trace: 'link.txt' }],
    ['emit', { check: '../x.ts' }],
    ['convert', { path: '/etc/passwd' }],
    ['fleet_check', { paths: ['../'] }],
  ])('a path outside of the roots: %s %j', async (name, given) => {
    expect(await refusal(name, given)).toMatch(/^OUTSIDE_ROOTS: /);
  });
});

it.each([
  ['inspect', 'env'],
  ['inspect', 'target'],
  ['size', 'from'],
  ['size', 'server'],
  ['size', 'profile'],
  ['size', 'tps'],
  ['simulate', 'trace'],
  ['convert', 'path'],
  ['emit', 'targets'],
])('refuses a DSN to %s as %s, and does not quote it', async (name, argument) => {
  for (const dsn of ['postgres://app:CANARY@db/x', 'app:CANARY@db', 'host=db password=CANARY']) {
    const answer = await callHere(name, { [argument]: dsn }, { targets: ['--targets=t.yaml'] });
    expect(seen(answer)).toMatch(/DSN_REFUSED/);
    expect(seen(answer)).not.toMatch(/CANARY/);
  }
});

it.each(['env', 'env:DATABASE_URL', 'prometheus://p:9090'])('size asks no server: %s', async (place) => {
  for (const flag of ['from', 'server'])
    expect(await refusal('size', { tps: 1, [flag]: place })).toMatch(/^DSN_REFUSED/);
});
