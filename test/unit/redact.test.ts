import { expect, it } from 'vitest';
import { redact } from '../../src/redact.ts';

it.each([
  ['postgres://app:hunter2@db/x', 'postgres://***@db/x'],
  ['mysql://app:p@ss:w/rd@db.internal:3306/x', 'mysql://***@db.internal:3306/x'],
  ['"postgres://app:hunter2@db" and mysql://u:hunter2@h', '"postgres://***@db" and mysql://***@h'],
  ['host=db password=hunter2 user=app', 'host=db password=*** user=app'],
  ['postgres://db/x?user=a&password=hunter2', 'postgres://db/x?user=a&password=***'],
])('hides the secret in %s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

it('leaves text without a secret alone', () => {
  expect(redact('see https://example.org/a?b=c')).toBe('see https://example.org/a?b=c');
});
