import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LateSecret } from '../../../src/pools/credentials/late-secret.ts';
import { readPassword, SecretUnavailableError } from '../../../src/pools/credentials/password-place.ts';

const minuteMs = 60_000;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolctl-secret-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = (code: string) => ({ command: [process.execPath, '-e', code] });

/** A provider that gives `v1`, `v2` … and how often it was asked. */
function counted(expiresAt?: Date | number) {
  const asked = { times: 0 };
  return { asked, source: async () => ({ value: `v${++asked.times}`, expiresAt }) };
}

describe('where a password comes from', () => {
  it('takes the output of a program without its line end', async () => {
    expect(await readPassword(program('console.log("a b\\n")'))).toMatchObject({ value: 'a b\n' });
  });

  it('passes arguments as they are: no shell reads them', async () => {
    const source = { command: [process.execPath, '-p', 'process.argv[1]', '$HOME; echo x'] };
    expect(await readPassword(source)).toMatchObject({ value: '$HOME; echo x' });
  });

  it.each([
    [
      'an unset variable',
      { env: 'POOLCTL_NO_SUCH' },
      'The environment variable POOLCTL_NO_SUCH gave no password. Check',
    ],
    ['a missing file', { file: '/no/such' }, 'The file /no/such gave no password (ENOENT).'],
    ['a file without an end', { file: '/dev/zero' }, 'The file /dev/zero gave no password (EFBIG).'],
    ['a failed program', program('console.log("canary"); process.exit(3)'), '(it ended with exit code 3).'],
    ['a missing program', { command: ['/no/such'] }, 'The command /no/such gave no password (ENOENT).'],
    ['a provider that throws', () => Promise.reject(new TypeError('canary')), 'gave no password (TypeError).'],
    ['a provider without a value', async () => ({ value: '' }), 'The provider of the password gave no password. Check'],
  ])('says of %s what it is, and nothing that it gave', async (_, source, message) => {
    const error = await readPassword(source).catch((reason) => reason);
    expect(error).toBeInstanceOf(SecretUnavailableError);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('canary');
  });
});

describe('a secret that is read late', () => {
  it('follows a file that changes, at the next connection', async () => {
    const file = join(folder, 'password');
    const secret = new LateSecret({ file });
    for (const value of ['first', 'second']) {
      writeFileSync(file, `${value}\n`);
      expect(await secret.current()).toBe(value);
    }
  });

  it.each([
    ['5 minutes where no end is known', undefined, 5 * minuteMs],
    ['80 % of its life', new Date(2 * minuteMs + 1_000_000_000_000), 1.6 * minuteMs],
    ['80 % of a life given in ms', 1_000_000_060_000, 0.8 * minuteMs],
    ['80 % of a life given in seconds', 1_000_000_060, 0.8 * minuteMs],
    ['5 minutes of a long life', 1_000_009_999, 5 * minuteMs],
  ])('keeps what a provider gave for %s', async (_, expiresAt, keptMs) => {
    const { asked, source } = counted(expiresAt);
    let now = 1_000_000_000_000;
    const secret = new LateSecret(source, () => now);
    await secret.current();
    now += keptMs - 1;
    await secret.current();
    expect(asked.times).toBe(1);
    now += 1;
    expect(await secret.current()).toBe('v2');
  });

  it('asks a provider once for all who need it at the same time', async () => {
    const { asked, source } = counted();
    const secret = new LateSecret(source);
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => secret.current())))).toEqual(new Set(['v1']));
    expect(asked.times).toBe(1);
  });

  it('asks again for the first that the server refused, and gives the others the new one', async () => {
    const { asked, source } = counted();
    const secret = new LateSecret(source);
    const refused = await secret.current();
    expect(await Promise.all([secret.instead(refused), secret.instead(refused)])).toEqual(['v2', 'v2']);
    expect(await secret.instead(refused)).toBe('v2');
    expect(asked.times).toBe(2);
  });

  it('asks again after a failure', async () => {
    let isUp = false;
    const place = () => {
      if (isUp) return 'here';
      throw new Error('down');
    };
    const secret = new LateSecret(place);
    await expect(secret.current()).rejects.toThrow(SecretUnavailableError);
    isUp = true;
    expect(await secret.current()).toBe('here');
  });

  it('is in nothing that prints the object', async () => {
    const secret = new LateSecret(async () => 'canary');
    await secret.current();
    const options = { depth: 20, showHidden: true, getters: true };
    expect(inspect(secret, options) + JSON.stringify(secret) + String(secret)).not.toContain('canary');
  });
});
