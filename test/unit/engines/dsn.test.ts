import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { isDsn } from '../../../src/engines/dsn/is-dsn.ts';
import type { Dsn } from '../../../src/engines/dsn/meaning.ts';
import { parseDsn } from '../../../src/engines/dsn.ts';

const parse = (text: string): Dsn => parseDsn(text, 'the DSN');

describe('a DSN as it is published', () => {
  // The first ones are those of libpq's manual, chapter "Connection URIs".
  it.each<[string, Omit<Dsn, 'protocol'>]>([
    ['postgresql://', {}],
    ['postgresql://localhost', { host: 'localhost' }],
    ['postgresql://localhost:5433', { host: 'localhost', port: 5433 }],
    ['postgresql://localhost/mydb', { host: 'localhost', database: 'mydb' }],
    ['postgresql://user@localhost', { host: 'localhost', user: 'user' }],
    ['postgresql://user:secret@localhost', { host: 'localhost', user: 'user', password: 'secret' }],
    [
      'postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp',
      {
        ...{ host: 'localhost', user: 'other', database: 'otherdb', connectTimeoutMs: 10_000 },
        unused: ['application_name'],
      },
    ],
    [
      'postgresql://user@localhost:5433/mydb?options=-c%20synchronous_commit%3Doff',
      { host: 'localhost', port: 5433, user: 'user', database: 'mydb', options: '-c synchronous_commit=off' },
    ],
    [
      'postgresql://host1:123,host2:456/somedb?target_session_attrs=any&application_name=myapp',
      {
        ...{ host: 'host1', port: 123, others: [{ host: 'host2', port: 456 }], database: 'somedb' },
        unused: ['application_name'],
      },
    ],
    ['postgresql:///mydb?host=localhost&port=5433', { host: 'localhost', port: 5433, database: 'mydb' }],
    ['postgresql://[2001:db8::1234]/database', { host: '2001:db8::1234', database: 'database' }],
    [
      'postgresql:///dbname?host=/var/lib/postgresql',
      { socketPath: '/var/lib/postgresql/.s.PGSQL.5432', database: 'dbname' },
    ],
    [
      'postgresql://%2Fvar%2Flib%2Fpostgresql/dbname',
      { socketPath: '/var/lib/postgresql/.s.PGSQL.5432', database: 'dbname' },
    ],
    [
      'postgresql://u@/dbname?host=/run/pg/&port=5433',
      { socketPath: '/run/pg/.s.PGSQL.5433', port: 5433, user: 'u', database: 'dbname' },
    ],
    ['postgres://db/x?user=u&password=a+b%2B%20c', { host: 'db', database: 'x', user: 'u', password: 'a+b+ c' }],
    ['postgres://db?dbname=x', { host: 'db', database: 'x' }],
    ['postgres://u:@db', { host: 'db', user: 'u', password: '' }],
    [
      'postgres://db/x?sslmode=verify-full&sslrootcert=ca.pem&sslcert=c.pem&sslkey=k.pem',
      { host: 'db', database: 'x', tlsMode: 'verify-full', caFile: 'ca.pem', certFile: 'c.pem', keyFile: 'k.pem' },
    ],
    [
      'jdbc:postgresql://db:5432/x?user=u&password=p&ssl=true',
      { host: 'db', port: 5432, database: 'x', user: 'u', password: 'p', tlsMode: 'verify-full' },
    ],
    [
      'postgresql://u:p@db:5432/x?schema=public&connection_limit=5&sslmode=require&sslcert=ca.pem&sslaccept=strict',
      {
        ...{ host: 'db', port: 5432, database: 'x', user: 'u', password: 'p', searchPath: '"public"' },
        ...{ tlsMode: 'verify-full', caFile: 'ca.pem', unused: ['connection_limit'] },
      },
    ],
    ['POSTGRES://DB.Internal/X', { host: 'DB.Internal', database: 'X' }],
    ['  postgres://u@db\n', { host: 'db', user: 'u' }],
  ])('%s', (text, wanted) => {
    expect(parse(text)).toEqual({ protocol: 'postgres', ...wanted });
  });

  it.each<[string, Omit<Dsn, 'protocol'>]>([
    ['mysql://u:p@db:3306/x', { host: 'db', port: 3306, user: 'u', password: 'p', database: 'x' }],
    ['mariadb://u:p@db/x', { host: 'db', user: 'u', password: 'p', database: 'x' }],
    ['mysql2://u@db', { host: 'db', user: 'u' }],
    [
      'jdbc:mysql://db/x?user=u&password=p&sslMode=VERIFY_CA',
      { host: 'db', database: 'x', user: 'u', password: 'p', tlsMode: 'verify-ca' },
    ],
    ['jdbc:mariadb://db:3307/x?user=u', { host: 'db', port: 3307, database: 'x', user: 'u' }],
    [
      'mysql://db/x?ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.pem',
      { host: 'db', database: 'x', tlsMode: 'verify-full', caFile: 'ca.pem' },
    ],
    ['mysql://db?useSSL=false', { host: 'db', tlsMode: 'disable' }],
    ['mysql://db?ssl={"rejectUnauthorized":true}', { host: 'db', tlsMode: 'verify-full' }],
    ['mysql://db?ssl={"rejectUnauthorized":false}', { host: 'db', tlsMode: 'require' }],
    ['mysql://db?ssl=%7B%22rejectUnauthorized%22%3Afalse%7D', { host: 'db', tlsMode: 'require' }],
    ['mysql://db/x?sslaccept=strict', { host: 'db', database: 'x', tlsMode: 'verify-full' }],
    ['mysql://db/x?sslaccept=accept_invalid_certs', { host: 'db', database: 'x', tlsMode: 'require' }],
    [
      'mysql://u@localhost/x?socket=/run/mysqld/mysqld.sock',
      { host: 'localhost', user: 'u', database: 'x', socketPath: '/run/mysqld/mysqld.sock' },
    ],
    ['mysql:///x?unix_socket=/s', { database: 'x', socketPath: '/s' }],
    ['mysql://u@[::1]:3306/x', { host: '::1', port: 3306, user: 'u', database: 'x' }],
  ])('%s', (text, wanted) => {
    expect(parse(text)).toEqual({ protocol: 'mysql', ...wanted });
  });

  it.each([
    ['disable', 'disable'],
    ['allow', 'prefer'],
    ['PREFERRED', 'prefer'],
    ['no-verify', 'require'],
    ['REQUIRED', 'require'],
    ['verify_ca', 'verify-ca'],
  ])('understands sslmode=%s as %s', (written, mode) => {
    expect(parse(`postgres://db?sslmode=${written}`).tlsMode).toBe(mode);
    expect(parse(`mysql://db?ssl-mode=${written}`).tlsMode).toBe(mode);
  });
});

describe('a login with characters that mean something in a URL', () => {
  it.each([
    'p@ss',
    'p:ss',
    'p/ss',
    'p?ss',
    'p#ss',
    'p%ss',
    'p&ss',
    'p=ss',
    'p+ss',
    'p ss',
    `p'ss`,
    'p"ss',
    'p$ss',
    'p!ss',
    'p;ss',
    'p,ss',
    'püss',
    'p漢ss',
    'p\\ss',
    'p[ss]',
    '@',
    '@@',
    '/',
    ':@/',
    '?#',
    `@:/?#%&=+ '"$!;,ü漢\\`,
    'a@b/c?d#e',
    '100%',
    '%zz',
    'a?b=c',
    'a&b=c/',
  ])('is understood as it is: %s', (password) => {
    const place = { host: 'db.internal', port: 5432, database: 'x' };
    for (const query of ['', '?sslmode=require', '?application_name=me@here', '?sslrootcert=/a@b/c.pem']) {
      expect(parse(`postgres://app:${password}@db.internal:5432/x${query}`)).toMatchObject({
        user: 'app',
        password,
        ...place,
      });
    }
    expect(parse(`postgres://app:${password}@db.internal`)).toMatchObject({
      user: 'app',
      password,
      host: 'db.internal',
    });
    expect(parse(`postgres://app:${password}@[::1]:1/x`)).toMatchObject({
      user: 'app',
      password,
      host: '::1',
      port: 1,
    });
    expect(parse(`mysql://app:${password}@/x?socket=/s`)).toMatchObject({ user: 'app', password, socketPath: '/s' });
  });

  it('round-trips percent-encoded, whatever user and password are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((part) => !/\p{Cs}/u.test(part));
    const query = fc.constantFrom('', '?sslmode=prefer', '?application_name=a@b&x=%40', '#note');
    fc.assert(
      fc.property(
        text.filter((user) => user !== ''),
        text,
        query,
        (user, password, more) => {
          const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
          const found = parse(`mysql://${login}@db:3306/x${more}`);
          expect(found).toMatchObject({ user, password, host: 'db', port: 3306, database: 'x' });
        },
      ),
    );
  });

  it('leaves settings with an @ to those without a login', () => {
    expect(parse('postgres://db/x?application_name=me@here')).toEqual({
      protocol: 'postgres',
      host: 'db',
      database: 'x',
      unused: ['application_name'],
    });
  });
});

describe('what is no DSN', () => {
  it.each([
    ['localhost', 'this is not a DSN'],
    ['', 'this is not a DSN'],
    ['app:secret@db/x', 'this is not a DSN'],
    ['postgres:/db', 'this is not a DSN'],
    ['mongodb://db', 'poolctl speaks to PostgreSQL, MySQL and MariaDB'],
    ['postgres://db:x/y', 'neither'],
    ['postgres://db:0', 'port'],
    ['postgres://db:65536', 'port'],
    ['postgres://db?port=1e3x', 'port'],
    ['postgres://db?sslmode=maybe', 'sslmode'],
  ])('%s', (text, says) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'DSN_INVALID',
        message: expect.stringContaining(says),
        hint: expect.any(String),
      }),
    );
  });

  it('is told from a DSN without reading it', () => {
    for (const text of ['postgres://', 'jdbc:mysql://db', 'redis://db']) expect(isDsn(text)).toBe(true);
    for (const text of ['-', 'env', 'db.internal', '/run/dsn', 'app:pw@db']) expect(isDsn(text)).toBe(false);
  });
});

describe('no error quotes the password', () => {
  const complaint = (text: string): string => {
    try {
      parse(text);
      return '';
    } catch (error) {
      if (!(error instanceof PoolctlError)) throw error;
      return `${error.message} ${error.hint}`;
    }
  };

  it('nor what may be one, where the host or the scheme is missing', () => {
    for (const secret of ['Zanzibar', '8675309', 'zanzibar']) {
      for (const text of [
        `postgres://app:${secret}`,
        `postgres://app:${secret}/x`,
        `postgres://app:${secret}@db:none/x`,
        `postgres://app:${secret}@db:99999/x`,
        `postgres://app:${secret}@a:1,b:z/x`,
        `postgres://app:${secret}@db/x?sslmode=${secret}`,
        `postgres://db/x?port=${secret}`,
        `redis://:${secret}@db`,
        `${secret}://db`,
        `app:${secret}@db/x`,
      ]) {
        expect([text, complaint(text)]).not.toEqual([text, '']);
        expect(complaint(text).toLowerCase()).not.toContain(secret.toLowerCase());
      }
    }
  });

  it('nor does the list of settings that are of no use, whatever the password is cut into', () => {
    const piece = fc.constantFrom(
      '?',
      '&',
      '=',
      '12',
      '5432',
      ':',
      '/',
      '#',
      '@',
      '%',
      'x',
      ',',
      '+',
      ' ',
      'ssl',
      'host=a&',
    );
    const canary = fc.constantFrom('Zanzibar', 'sslZanzibar');
    const around = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(around, canary, around, (before, secret, after) => {
        const text = `postgres://app:${before}${secret}${after}@db.internal:5432/x`;
        let said = complaint(text);
        if (said === '') said = (parse(text).unused ?? []).join();
        expect(said).not.toContain('Zanzibar');
      }),
      { numRuns: 5_000 },
    );
  });

  it('in whatever garbage it stands', () => {
    const pieces = fc.constantFrom(
      ...['postgres', 'mysql', 'jdbc:', 'redis', '://', ':', '@', '/', '?', '#', '&', '=', '[', ']', '%', '%40', ','],
      ...['db.internal', '5432', 'app', 'sslmode=', 'ssl=', 'port=', 'host=', 'password=', ' ', '"', "'", '\n'],
    );
    const garbage = fc.array(fc.oneof({ weight: 5, arbitrary: pieces }, fc.string({ maxLength: 5 })), { maxLength: 9 });
    const canaries = fc.constantFrom('Zanzibar', '8675309', 'zan@zi:bar', 'zan/zi?bar#7');
    fc.assert(
      fc.property(garbage, canaries, garbage, (before, canary, after) => {
        const text = [...before, canary, ...after].join('');
        expect(complaint(text)).not.toContain(canary);
        expect(complaint(`postgres://app:${text}`)).not.toContain(canary);
      }),
      { numRuns: 2_000 },
    );
  });
});
