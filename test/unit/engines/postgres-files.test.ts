import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostOfSocket, passwordIn } from '../../../src/engines/dsn/password-file.ts';
import { serviceIn } from '../../../src/engines/dsn/service-file.ts';

const who = { host: 'db', port: 5432, database: 'app', user: 'u' };

describe('a file of passwords', () => {
  it.each([
    ['db:5432:app:u:pw', 'pw'],
    ['*:*:*:*:pw', 'pw'],
    ['db:5432:other:u:no\n*:5432:app:*:pw\n*:*:*:*:no', 'pw'],
    ['# db:5432:app:u:no\r\ndb:5432:app:u:pw\r\n', 'pw'],
    ['db:5432:app:u:with:colons', 'with:colons'],
    [String.raw`db:5432:app:u:a\:b\\c`, String.raw`a:b\c`],
    ['db:5432:app:u:', ''],
    ['db:5432:app:u', undefined],
    ['db2:5432:app:u:no', undefined],
    ['', undefined],
  ])('%j has %j', (text, password) => {
    expect(passwordIn(text, who)).toBe(password);
  });

  it('gives back any login that is written as the manual says', () => {
    const word = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .filter((text) => !/[\r\n#]|^\*$/.test(text));
    const escaped = (text: string) => text.replace(/[:\\]/g, '\\$&');
    fc.assert(
      fc.property(word, word, word, word, (host, database, user, password) => {
        const line = [host, '1', database, user, password].map(escaped).join(':');
        expect(passwordIn(`nobody:1:a:b:c\n${line}\n`, { host, port: 1, database, user })).toBe(password);
      }),
    );
  });

  it('calls a socket in a usual folder localhost', () => {
    expect(hostOfSocket('/var/run/postgresql/.s.PGSQL.5432')).toBe('localhost');
    expect(hostOfSocket('/tmp/.s.PGSQL.1')).toBe('localhost');
    expect(hostOfSocket('/srv/pg/.s.PGSQL.1')).toBe('/srv/pg');
  });
});

describe('a file of services', () => {
  const text = '# ours\n[a]\nhost=one\n\n[b]\n  host=two\nport=1\n#dbname=no\noptions=-c a=b\n[c]\nhost=three\n';

  it('has what stands below the name', () => {
    expect(serviceIn(text, 'b', 'f')).toEqual([
      ['host', 'two'],
      ['port', '1'],
      ['options', '-c a=b'],
    ]);
    expect(serviceIn(text, 'd', 'f')).toBeUndefined();
  });

  it.each(['no setting', '=x', 'service=a', 'ldap://ldap.invalid'])(
    'refuses the line %j, and does not quote it',
    (line) => {
      expect(() => serviceIn(`[a]\n${line}\n`, 'a', 'f')).toThrow(
        expect.objectContaining({ code: 'DSN_INVALID', message: 'f:2: this is no setting of a service.' }),
      );
    },
  );
});
