import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { poolctl } from '../helpers/run.ts';

// Nothing listens on port 9: what is refused is refused before any server is asked.
const target = 'orders=postgres://monitor@127.0.0.1:9/orders';
const cwd = mkdtempSync(join(tmpdir(), 'poolctl-watch-files-'));
afterAll(() => rmSync(cwd, { recursive: true }));

async function watched(line: string) {
  const { exitCode, stdout, stderr } = await poolctl(`watch ${line} --once`, { cwd });
  return { exitCode, text: `${stdout}${stderr}`.replaceAll(/\s+/g, ' ') };
}

function withTarget(text: string) {
  writeFileSync(join(cwd, 'targets.yaml'), `version: 1\ntargets:\n  - name: a\n${text}`);
  return watched('--targets targets.yaml');
}

it.each([
  ['    dsn: { env: MISSING }', 2, 'target a: the environment variable MISSING is not set.'],
  ['    dsn: { file: missing }', 2, 'target a: cannot read missing.'],
  ['    dsn: { file: /dev/zero }', 2, 'target a: cannot read /dev/zero, which does not end.'],
  ['    dsn: postgres://a@127.0.0.1:9/a\n    kind: mysql', 2, 'its dsn is one of postgres, and its kind is mysql.'],
  ['    dsn: postgres://a@127.0.0.1:9/a\n    interval: 5', 2, 'the value "5" is shorter than 100 ms.'],
  ['    dsn: postgres://a:b@127.0.0.1:9/a', 2, 'the key password takes { env: NAME }, { file: PATH } or'],
  [
    '    dsn: postgres://a@127.0.0.1:9/a\n    password: { file: missing }',
    3,
    `error[SECRET_UNAVAILABLE]: The file ${cwd}/missing gave no password (ENOENT).`,
  ],
])('a target with %j is refused, with why', async (text, exit, why) => {
  const ran = await withTarget(text);
  expect(ran.text).toContain(why);
  expect(ran.exitCode).toBe(exit);
});

it.each(['/dev/null', '/dev/zero', '.'])('marks are not kept in %s, which stays what it is', async (file) => {
  const path = resolve(cwd, file);
  const before = lstatSync(path).mode;
  const ran = await watched(`${target} --state-file ${file}`);
  expect(ran.text).toContain(`Marks cannot be kept in ${file}: it is not a file.`);
  expect([ran.exitCode, lstatSync(path).mode]).toEqual([2, before]);
});

it('refuses a name that is given twice', async () => {
  const { exitCode, text } = await watched(`${target} ${target}`);
  expect(text).toBe(
    'error[INPUT_CONTRADICTION]: Two targets are named orders. hint: Write another name before one DSN: NAME=DSN. ',
  );
  expect(exitCode).toBe(2);
});

it('says which flag named the file that cannot be written', async () => {
  const ran = await watched(`${target} --state-file missing/marks.json`);
  expect(ran.text).toContain(
    'error[OUTPUT_UNWRITABLE]: Cannot write the high-water marks to missing/marks.json (ENOENT).',
  );
  expect(ran.text).toContain('or leave --state-file out.');
});

it('keeps marks behind a link, and leaves nothing else', async () => {
  symlinkSync('real.json', join(cwd, 'link.json'));
  writeFileSync(join(cwd, 'real.json'), '');
  await watched(`${target} --state-file link.json`);
  expect(lstatSync(join(cwd, 'link.json')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(cwd, 'real.json'), 'utf8')).toContain('poolctl.watch-marks/1');
  expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('says of a target that did not answer the one time it was asked only that', async () => {
  const { text } = await watched(target);
  expect(text).toContain('no answer (CONNECT_REFUSED)');
  expect(text).not.toContain('no answer for');
});
