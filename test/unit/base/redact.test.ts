import { expect, it } from 'vitest';
import { redact } from '../../../src/base/redact.ts';

it.each([
  ['postgres://app:hunter2@db/x', 'postgres://***@db/x'],
  ['mysql://app:p@ss:w/rd@db.internal:3306/x', 'mysql://***@db.internal:3306/x'],
  ['"postgres://app:hunter2@db" and mysql://u:hunter2@h', '"postgres://***@db" and mysql://***@h'],
  ['postgres://app:hun ter2@db/x', 'postgres://***@db/x'],
  ['Cannot read app:hunter2@host/x.', 'Cannot read app:***@host/x.'],
  ['host=db password=hunter2 user=app', 'host=db password=*** user=app'],
  ['password: { env: hunter2 }', 'password: *** env: hunter2 }'],
  ['password: mustang', 'password: ***'],
  ['postgres://db/x?user=a&password=hunter2', 'postgres://db/x?user=a&password=***'],
])('hides the secret in %s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

it('looks at no more of a long text than can be shown, and hides the secrets in that', () => {
  const long = `postgres://app:hunter2@db/x ${'x'.repeat(5_000_000)}`;
  expect(redact(long)).toMatch(/^postgres:\/\/\*\*\*@db\/x x+$/);
  expect(redact(long).length).toBeLessThanOrEqual(10_000);
});

it('leaves text without a secret alone', () => {
  for (const text of [
    'see https://example.org/a?b=c',
    'Write password: { env: NAME }, { file: PATH } or { command: [PROGRAM, ARGUMENT] }.',
    'targets.0.password: must be { env: NAME }',
    'Write postgres://user:password@host:5432/database, or mysql://user:password@host:3306/database.',
    'poolctl.yaml:12:5: mysql2@3.24.6 is meant',
    'at file:///home/x/node_modules/@scope/name/index.js:10:5',
  ]) {
    expect(redact(text)).toBe(text);
  }
});
