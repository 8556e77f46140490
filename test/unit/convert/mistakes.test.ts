import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { convertSettings, readPool } from '../../../src/convert/run.ts';

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const refusal = async (text: string, file: string, from?: string): Promise<Refusal> =>
  readPool({ text, file, from }).then(
    ({ settings }) => ({ code: 'none', message: JSON.stringify(settings), hint: '' }),
    ({ code, message, hint }: Refusal) => ({ code, message, hint }),
  );

describe('two lines for one setting', () => {
  it.each([
    [
      'a.yml',
      'spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 3\n      maximum-pool-size: 4\n',
      'a.yml:5: a key is there twice.',
    ],
    [
      'a.yml',
      'spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 3\n      maximumPoolSize: 3\n',
      'a.yml:5: spring.datasource.hikari.maximumPoolSize is set a second time; the first is in line 4.',
    ],
    [
      '.env',
      'A=mysql://h/d?connection_limit=3\nB=mysql://h/d?connection_limit=4\n',
      '.env:2: a second URL is here; the first is in line 1.',
    ],
    [
      't.json',
      '{\n"type": "mysql",\n"poolSize": 3,\n"extra": {"connectionLimit": 4}}',
      't.json:4: extra.connectionLimit contradicts poolSize in line 3.',
    ],
  ])('is refused in %s: %j', async (file, text, message) => {
    expect(await refusal(text, file)).toMatchObject({ code: 'INPUT_CONTRADICTION', message });
  });

  it('is fine where both say the same under two names', async () => {
    const text = '{"type": "mysql", "poolSize": 3, "extra": {"connectionLimit": 3}}';
    expect((await readPool({ text, file: 't.json' })).settings.connectionLimit).toBe(3);
  });

  it('has the shorter of two time limits decide, and names the other', async () => {
    const text = '{"client": "pg", "pool": {"max": 3, "acquireTimeoutMillis": 900}, "acquireConnectionTimeout": 500}';
    const { settings, unkept } = await readPool({ text, file: 'k.json' });
    expect(settings.acquireTimeoutMs).toBe(500);
    expect(unkept.map(({ entry, why }) => [entry.key, why])).toEqual([
      ['pool.acquireTimeoutMillis', 'the shorter one decides: acquireConnectionTimeout'],
    ]);
  });
});

describe('a value of the wrong type or unit', () => {
  it.each([
    ['a.properties', 'maxTotal=many\n', 'a.properties:1: maxTotal must be a number.'],
    ['a.properties', 'maxTotal=\n', 'a.properties:1: maxTotal is empty, and must be a number.'],
    ['a.properties', 'maxTotal=2.5\n', 'a.properties:1: maxTotal must be a whole number.'],
    [
      'a.properties',
      '\n\nmaxTotal=3\nmaxWaitMillis=10s\n',
      'a.properties:4: maxWaitMillis has a unit, and must be a plain number of milliseconds.',
    ],
    [
      '.env',
      'DATABASE_URL=mysql://h/d?connection_limit=3&pool_timeout=10s\n',
      '.env:1: DATABASE_URL?pool_timeout has a unit, and must be a plain number of seconds.',
    ],
    [
      '.env',
      'DATABASE_URL=mysql://h/d?connection_limit=3&pool_timeout=0.5\n',
      '.env:1: DATABASE_URL?pool_timeout must be a whole number.',
    ],
    ['.env', `DB_POOL_CONNECTION_LIMIT=\${LIMIT}\n`, '.env:1: DB_POOL_CONNECTION_LIMIT comes from the environment.'],
    [
      'a.yml',
      'spring.datasource.hikari:\n  maximum-pool-size: true\n',
      'a.yml:2: spring.datasource.hikari.maximum-pool-size is true or false, and must be a number.',
    ],
    [
      'a.yml',
      'spring.datasource.hikari:\n  connection-timeout: 30\n',
      'a.yml:2: spring.datasource.hikari.connection-timeout is refused there: it throws IllegalArgumentException "connectionTimeout cannot be less than 250ms".',
    ],
    [
      's.json',
      '{"dialect": "mysql", "pool": {"max": "5"}}',
      's.json:1: pool.max is refused there: it throws "max must be an integer > 0".',
    ],
    [
      'k.json',
      '{"client": "pg", "pool": {"max": 5, "acquireTimeoutMillis": 0}}',
      'k.json:1: pool.acquireTimeoutMillis is refused there: it throws.',
    ],
    ['p.ini', '[pgbouncer]\nquery_wait_timeout = -1\n', 'p.ini:2: query_wait_timeout is negative.'],
    ['p.ini', '[pgbouncer]\nwhat is this\n', 'p.ini:2: this is neither a section, a comment nor `key = value`.'],
    ['a.yml', 'spring: [\n', 'a.yml:2: this is not YAML or JSON: '],
    ['j.json', '{"max": 3,, }', 'j.json:1: this is not YAML or JSON: '],
  ])('is refused in %s: %j', async (file, text, message) => {
    const { code, message: said, hint } = await refusal(text, file);
    expect([code, said.slice(0, message.length)]).toEqual(['INPUT_INVALID', message]);
    expect(hint).not.toBe('');
  });

  it('has a suffix for HikariCP itself, and none for Spring Boot, which binds a number', async () => {
    const { settings } = await readPool({ text: 'maximumPoolSize=3\nconnectionTimeout=5s\n', file: 'h.properties' });
    expect(settings.acquireTimeoutMs).toBe(5_000);
    const spring = await refusal('spring.datasource.hikari.connection-timeout=5s\n', 'application.properties');
    expect(spring).toMatchObject({ code: 'INPUT_INVALID', hint: 'Write 5000.' });
  });

  it('says what to write instead of a unit', async () => {
    expect((await refusal('maxTotal=3\nmaxWaitMillis=10s\n', 'a.properties')).hint).toBe('Write 10000.');
    expect((await refusal('[pgbouncer]\nquery_wait_timeout = 1m30s\n', 'p.ini')).hint).toBe('Write 90.');
  });

  it.each([
    ['m.json', 'mysql2', '{"connectionLimit": 0}', 'm.json:1: connectionLimit is 0, which in mysql2 means: no limit.'],
    [
      'm.json',
      'mysql2',
      '{"connectionLimit": ""}',
      'm.json:1: connectionLimit is empty, which in mysql2 means: no limit.',
    ],
    [
      'p.json',
      'pg',
      '{"max": 0}',
      'p.json:1: max is 0, which in pg (node-postgres) means: falls back to poolSize, then to 10.',
    ],
    [
      'd.properties',
      'dbcp2',
      'maxTotal=-1',
      'd.properties:1: maxTotal is -1, which in Apache Commons DBCP 2 means: no limit.',
    ],
    [
      'd.properties',
      'dbcp2',
      'maxTotal=0',
      'd.properties:1: maxTotal is 0, which in Apache Commons DBCP 2 means: nothing is ever lent.',
    ],
  ])('that is no number of connections is refused with what it means there: %s', async (file, from, text, message) => {
    expect(await refusal(text, file, from)).toMatchObject({ code: 'INPUT_CONTRADICTION', message });
  });
});

describe('a key that the system does not know', () => {
  const droppedOf = async (text: string, file: string, from?: string) =>
    (await convertSettings({ text, file, from, names: ['env'] })).dropped.map(({ key, line, did, why }) => [
      key,
      line,
      did,
      why,
    ]);

  it('is named with the one that may be meant', async () => {
    expect(await droppedOf('maxTotal=3\nmaxTotl=4\n', 'd.properties')).toEqual([
      ['maxTotl', 2, 'is not known to Apache Commons DBCP 2', 'Did you mean "maxTotal"?'],
    ]);
    expect(await droppedOf('spring.datasource.hikari:\n  maximum-pol-size: 4\n', 'a.yml')).toEqual([
      ['spring.datasource.hikari.maximum-pol-size', 2, 'is not known to HikariCP', 'Did you mean "maximum-pool-size"?'],
    ]);
  });

  it('is named where it does nothing because its prefix is missing', async () => {
    const text = 'spring.datasource:\n  maximum-pool-size: 12\n  hikari:\n    minimum-idle: 3\n';
    expect((await droppedOf(text, 'a.yml'))[0]).toEqual([
      'spring.datasource.maximum-pool-size',
      2,
      'does nothing where it stands',
      'Spring Boot does not hand it to the pool from here; it belongs below spring.datasource.hikari',
    ]);
  });

  it('is named with what is known of it, as acquireTimeout of mysql2, and timeout, which goes with each call', async () => {
    const [acquire, timeout] = await droppedOf(
      '{"connectionLimit": 3, "acquireTimeout": 4,\n"timeout": 5}',
      'm.json',
      'mysql2',
    );
    expect(acquire?.[3]).toBe('acquireTimeout is NOT honoured in 2.x or 3.x.');
    expect(timeout).toEqual([
      'timeout',
      2,
      'does nothing among these options',
      'it is given with each call: query(options), execute(options)',
    ]);
  });

  it('does not stop the rest of the file, of which other parts are left alone', async () => {
    const text =
      'server:\n  port: 80\nlogging: { level: { root: info } }\nspring:\n  datasource:\n    hikari:\n      maximum-pool-size: 4\n';
    expect(await droppedOf(text, 'a.yml')).toEqual([]);
  });
});

describe('a file of anything at all', () => {
  const systems = [
    'hikaricp',
    'dbcp2',
    'dbcp1',
    'pgbouncer',
    'prisma',
    'env',
    'mysql2',
    'pg',
    'knex',
    'sequelize',
    'typeorm',
  ];
  const files = ['a.yml', 'a.json', 'a.properties', 'a.ini', '.env', '-'];
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'maxTotal=3',
      '[pgbouncer]',
      'a: &a [*a]',
      '{',
      '"max": 3',
      'spring:',
      '  hikari:',
      'x=\\',
      'A="',
      '<<: *b',
      '__proto__=1',
      'constructor: 2',
      '? x',
      '- y',
      '%include z',
    ),
  );

  it('is read or refused, and never crashes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.constantFrom(...files),
        fc.option(fc.constantFrom(...systems), { nil: undefined }),
        async (lines, file, from) => {
          try {
            await convertSettings({ text: lines.join('\n'), file, from, names: ['env'] });
          } catch (error) {
            expect(error).toBeInstanceOf(PoolctlError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    'a: &a [*a]',
    'a: &a { <<: *a }',
    'a: &a { b: { c: *a } }',
    `${'['.repeat(90_000)}${']'.repeat(90_000)}`,
    '{a: '.repeat(90_000),
    '- '.repeat(90_000),
  ])('that has no bottom is refused: %.20s', async (text) => {
    expect((await refusal(text, 'deep.yml')).code).toBe('INPUT_INVALID');
  });

  it('with aliases within aliases is refused before it fills the memory', async () => {
    const rows = ['a0: &a0 [x, x]'];
    for (let depth = 1; depth < 25; depth += 1) rows.push(`a${depth}: &a${depth} [*a${depth - 1}, *a${depth - 1}]`);
    expect(await refusal(rows.join('\n'), 'bomb.yml')).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'bomb.yml:1: there is more in it than in any configuration.',
    });
  });
});

describe('a time above what the target takes', () => {
  const days = 30 * 24 * 60 * 60;
  const file = 'a.properties';
  const prefix = 'spring.datasource.hikari';
  const text = `${prefix}.maximum-pool-size=3\n${prefix}.max-lifetime=${days}000\n${prefix}.idle-timeout=${days}000\n`;

  it.each([
    ['pg', 'pg maxLifetimeSeconds 2147483 s (more', 'pg idleTimeoutMillis 2147483647 ms (more'],
    ['postgres', 'postgres max_lifetime 2147483 s (more', 'postgres idle_timeout 2147483 s (more'],
    ['knex', 'knex pool.maxConnectionLifetimeMillis 2592000000 ms', 'knex pool.idleTimeoutMillis 2592000000 ms'],
  ])('is advised to %s only where it works: a longer timer of Node ends after 1 ms', async (name, lifetime, idle) => {
    const { dropped } = await convertSettings({ text, file, names: [name] });
    expect(dropped.map(({ why }) => why)).toEqual([expect.stringContaining(lifetime), expect.stringContaining(idle)]);
  });
});

it('names SQL Server, and the number that its connection string has', async () => {
  const text = '{"ConnectionStrings": {"A": "Server=h;Max Pool Size=30;Encrypt=true"}}';
  expect((await refusal(text, 'appsettings.json')).message).toBe(
    'appsettings.json has settings of SQL Server, which convert does not read. Line 1 has Max Pool Size 30.',
  );
});

it.each([`${'('.repeat(20_000)}prod${')'.repeat(20_000)}`, `${'!'.repeat(20_000)}prod`, '!(dev & (prod | !prod))'])(
  'takes profiles of Spring that are nested as deep as they like',
  async (profile) => {
    const text = `spring.datasource:\n  hikari.maximum-pool-size: 8\n---\nspring:\n  config.activate.on-profile: "${profile}"\n  datasource.hikari.maximum-pool-size: 40\n`;
    const pool = await readPool({ text, file: 'application.yml', springProfiles: ['prod'] });
    expect(pool.settings.connectionLimit).toBe(40);
  },
);

it.each([
  [
    'the file within a ConfigMap that is broken, and the line of both',
    'cm.yaml',
    'kind: ConfigMap\ndata:\n  application.yml: |\n    spring:\n      datasource: {}}\n',
    'cm.yaml:5: in application.yml, line 2, this is not YAML or JSON',
  ],
  [
    'ERB, where a key stands in both arms of a condition',
    'config/database.yml',
    'production:\n  adapter: postgresql\n<% if ENV["X"] %>\n  pool: 5\n<% else %>\n  pool: 6\n<% end %>\n',
    'config/database.yml:6: a key is there twice. Conditions of ERB are not followed',
  ],
])('names %s', async (_what, file, text, message) => {
  expect((await refusal(text, file)).message).toContain(message);
});
