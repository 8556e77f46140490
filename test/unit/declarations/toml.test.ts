import { describe, expect, it } from 'vitest';
import { parseToml } from '../../../src/declarations/formats/toml.ts';

const keysOf = (text: string) => parseToml(text, 'pgcat.toml').map(({ key, value }) => [key, value]);

describe('TOML', () => {
  it('gives one key with dots for a table, an array of tables and an inline table', () => {
    expect(keysOf('[pools.main.users.0]\npool_size = 9\n')).toEqual([['pools.main.users.0.pool_size', 9]]);
    expect(keysOf('[pools.main]\n[[pools.main.users]]\npool_size = 9\n')).toEqual([
      ['pools.main.users.0.pool_size', 9],
    ]);
    expect(keysOf('[pools.main]\nusers = [{ pool_size = 9, b.c = true }]\n')).toEqual([
      ['pools.main.users.0.pool_size', 9],
      ['pools.main.users.0.b.c', true],
    ]);
  });

  it('tells where key and value stand, behind a byte order mark and with CR LF too', () => {
    const text = '\uFEFF# a\r\n[general]\r\n"port" = 6432 # b\r\n';
    const [{ key, line, keyAt, valueAt } = expect.fail()] = parseToml(text, 'pgcat.toml');
    expect([key, line]).toEqual(['general.port', 3]);
    expect([text.slice(keyAt.start, keyAt.end), text.slice(valueAt.start, valueAt.end)]).toEqual(['"port"', '6432']);
  });

  it('has dates and numbers that are none as text', () => {
    expect(keysOf('a = 1979-05-27\nb = inf\n')).toEqual([
      ['a', '1979-05-27'],
      ['b', 'inf'],
    ]);
  });

  it.each([
    ['a key that is there twice', 'a = 1\na = 2\n', 'pgcat.toml:2: a key or a table is there twice.'],
    ['a table that is there twice', '[a]\nb = 1\n[a]\n', 'pgcat.toml:3: a key or a table is there twice.'],
    ['another format', 'a: 1\n', 'pgcat.toml:1: this is not TOML.'],
    ['a hundred thousand levels', `a = ${'['.repeat(100_000)}`, 'there is more in it than in any configuration.'],
  ])('refuses %s with the line', (_, text, message) => {
    expect(() => parseToml(text, 'pgcat.toml')).toThrow(message);
  });

  it('never quotes what may be a secret', () => {
    expect(() => parseToml('password = s3cret\n', 'pgcat.toml')).toThrow(/^(?!.*s3cret)/);
  });
});
