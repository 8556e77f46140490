import mysql2 from 'mysql2';
import pg from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { parseProfile } from '../../../src/profiles/document.ts';
import { type DriverProfile, driverSchema } from '../../../src/profiles/driver.ts';
import { profileIds } from '../../../src/profiles/files.ts';
import { findProfile } from '../../../src/profiles/load.ts';
import { parseShipped } from '../../../src/profiles/shipped.ts';

type Concept = keyof DriverProfile['options'];
type Option = NonNullable<DriverProfile['options'][Concept]>;
type Written = NonNullable<Option['or']>[number];

const ids = [
  ...['mysql2', 'mysql', 'mariadb', 'pg', 'postgres'],
  ...['tarn', 'generic-pool', 'knex', 'objection', 'sequelize', 'sequelize7', 'slonik'],
  ...['typeorm-mysql', 'typeorm-postgres', 'nestjs-typeorm', 'mikro-orm-7', 'mikro-orm-5-6', 'drizzle', 'kysely'],
  ...['prisma-engine', 'prisma-adapter-pg', 'prisma-adapter-mariadb'],
  ...['hikaricp', 'dbcp2', 'dbcp1', 'tomcat-jdbc', 'sqlalchemy', 'django', 'go-database-sql'],
  ...['pgbouncer', 'proxysql'],
];

const times = ['ms', 's', 'min', 'ns', 'go-duration', 'duration'];
const timeConcepts: readonly Concept[] = [
  ...(['acquireTimeout', 'handshakeTimeout', 'connectTimeout', 'queryTimeout', 'idleInTransaction'] as const),
  ...([
    'idleTimeout',
    'maxLifetime',
    'initializationTimeout',
    'createRetryInterval',
    'interactiveTransaction',
  ] as const),
];

const timeNames = /timeout$|millis$|seconds$|lifetime|delay|interval|idle_time$|_age$/i;

const profiles = new Map(profileIds('drivers').map((id) => [id, parseShipped('drivers', id) as DriverProfile]));

function driver(id: string): DriverProfile {
  const found = profiles.get(id);
  if (!found) throw new Error(`no driver profile ${id}`);
  return found;
}

function options(id: string): (Option & { concept: Concept })[] {
  const entries = Object.entries(driver(id).options) as [Concept, Option][];
  return entries.map(([concept, entry]) => ({ concept, ...entry }));
}

/** Every option that a profile names: the one of the concept, its other names and what belongs to it. */
function written(id: string): Written[] {
  return options(id).flatMap(({ option, or = [], and = [], ...entry }) => [
    ...(option === undefined ? [] : [{ ...entry, option }]),
    ...or,
    ...and,
  ]);
}

test('every driver, ORM and pooler that is known has a profile', () => {
  expect([...profiles.keys()]).toEqual(expect.arrayContaining(ids));
});

describe.each([...profiles.keys()])('%s', (id) => {
  test('says of every option where its values are from and how that was made sure of', () => {
    for (const entry of options(id)) {
      expect(entry, entry.concept).toMatchObject({
        source: expect.stringMatching(/\w{2}/),
        verified: expect.stringMatching(/^(experiment|source|docs|unverified)$/),
      });
    }
  });

  test('gives times in a unit of time', () => {
    for (const { concept, option, unit } of options(id)) {
      if (option !== undefined && timeConcepts.includes(concept)) expect(times, `${concept}: ${unit}`).toContain(unit);
    }
    const named = written(id).filter(({ option, type }) => timeNames.test(option) && type !== 'boolean');
    for (const { option, unit } of named.filter(({ of }) => of !== 'Spring Boot'))
      expect(times, `${option}: ${unit}`).toContain(unit);
  });

  test('agrees with the unit that an option has in its name', () => {
    for (const { option, unit } of written(id)) {
      if (/(Millis|MS|_ms|_msec)$/.test(option)) expect({ option, unit }).toEqual({ option, unit: 'ms' });
      if (/Seconds$/.test(option)) expect({ option, unit }).toEqual({ option, unit: 's' });
    }
  });

  test('names one option at a time, as it is written', () => {
    for (const { option } of written(id)) expect(option).toMatch(/^@?[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/);
  });

  test('has defaults that the options take', () => {
    for (const { option, default: value, range } of written(id)) {
      if (typeof value !== 'number' || !range || value === 0) continue;
      expect(value, option).toBeGreaterThanOrEqual(range.least ?? value);
      expect(value, option).toBeLessThanOrEqual(range.most ?? value);
    }
  });

  test('refers to drivers that have a profile', () => {
    const { wraps = [] } = driver(id);
    const meant = written(id).flatMap(({ driver }) => driver ?? []);
    for (const other of [...wraps, ...meant]) expect([...profiles.keys()]).toContain(other);
    expect(wraps).not.toContain(id);
  });
});

test.each([
  ['mysql2', 'connectionLimit', { option: 'connectionLimit', unit: 'connections', default: 10, zero: 'unlimited' }],
  ['mysql2', 'queueLimit', { option: 'queueLimit', unit: 'waiters', default: 0, zero: 'unlimited' }],
  ['mysql2', 'queryTimeout', { option: 'timeout', unit: 'ms', perCall: true }],
  ['mysql', 'handshakeTimeout', { option: 'acquireTimeout', unit: 'ms', default: 10_000 }],
  ['mariadb', 'acquireTimeout', { option: 'acquireTimeout', unit: 'ms', default: 10_000 }],
  ['mariadb', 'idleTimeout', { option: 'idleTimeout', unit: 's', default: 1800 }],
  [
    'pg',
    'acquireTimeout',
    { option: 'connectionTimeoutMillis', unit: 'ms', default: 0, zero: 'waits without a limit' },
  ],
  ['pg', 'maxLifetime', { option: 'maxLifetimeSeconds', unit: 's', default: 0, zero: 'off' }],
  ['postgres', 'connectTimeout', { option: 'connect_timeout', unit: 's', default: 30 }],
  ['postgres', 'idleTimeout', { option: 'idle_timeout', unit: 's', unset: 'never' }],
  ['tarn', 'acquireTimeout', { option: 'acquireTimeoutMillis', unit: 'ms', default: 30_000, zero: 'throws' }],
  ['knex', 'acquireTimeout', { option: 'pool.acquireTimeoutMillis', unit: 'ms', default: 60_000, zero: 'throws' }],
  ['knex', 'minIdle', { option: 'pool.min', default: 2 }],
  ['mikro-orm-5-6', 'acquireTimeout', { option: 'pool.acquireTimeoutMillis', unit: 'ms', default: 60_000 }],
  ['mikro-orm-7', 'acquireTimeout', { option: 'driverOptions.connectionTimeoutMillis', driver: 'pg', unit: 'ms' }],
  ['sequelize', 'acquireTimeout', { option: 'pool.acquire', unit: 'ms', default: 60_000, zero: '30000' }],
  ['sequelize', 'connectionLimit', { option: 'pool.max', default: 5 }],
  ['typeorm-mysql', 'queueLimit', { option: 'extra.queueLimit', unit: 'waiters' }],
  ['typeorm-postgres', 'acquireTimeout', { option: 'connectTimeoutMS', unit: 'ms', unset: 'waits without a limit' }],
  ['nestjs-typeorm', 'bootRetry', { option: 'retryAttempts', unit: 'attempts', default: 10 }],
  [
    'prisma-engine',
    'acquireTimeout',
    { option: 'pool_timeout', unit: 's', default: 10, zero: 'waits without a limit' },
  ],
  ['prisma-engine', 'connectTimeout', { option: 'connect_timeout', unit: 's', default: 5 }],
  ['prisma-adapter-mariadb', 'idleTimeout', { option: 'idleTimeout', unit: 's', default: 1800 }],
  ['slonik', 'idleTimeout', { option: 'idleTimeout', unit: 'ms', default: 5000 }],
  ['generic-pool', 'connectionLimit', { option: 'max', default: 1 }],
  ['generic-pool', 'queueLimit', { option: 'maxWaitingClients', unit: 'waiters', unset: 'unlimited' }],
  ['hikaricp', 'acquireTimeout', { option: 'connectionTimeout', unit: 'ms', default: 30_000, range: { least: 250 } }],
  ['hikaricp', 'connectionLimit', { option: 'maximumPoolSize', unit: 'connections', default: 10 }],
  ['dbcp2', 'acquireTimeout', { option: 'maxWaitMillis', unit: 'ms', default: -1, zero: 'fails at once' }],
  ['dbcp1', 'acquireTimeout', { option: 'maxWait', unit: 'ms', default: -1, zero: 'waits without a limit' }],
  ['dbcp1', 'connectionLimit', { option: 'maxActive', unit: 'connections', default: 8 }],
  ['tomcat-jdbc', 'acquireTimeout', { option: 'maxWait', unit: 'ms', default: 30_000 }],
  ['sqlalchemy', 'acquireTimeout', { option: 'pool_timeout', unit: 's', default: 30 }],
  ['sqlalchemy', 'maxLifetime', { option: 'pool_recycle', unit: 's', default: -1 }],
  ['django', 'acquireTimeout', { option: 'OPTIONS.pool.timeout', unit: 's', default: 30 }],
  ['go-database-sql', 'connectionLimit', { option: 'SetMaxOpenConns', default: 0, zero: 'unlimited' }],
  ['go-database-sql', 'maxLifetime', { option: 'SetConnMaxLifetime', unit: 'go-duration' }],
  [
    'pgbouncer',
    'acquireTimeout',
    { option: 'query_wait_timeout', unit: 's', default: 120, zero: 'waits without a limit' },
  ],
  ['pgbouncer', 'connectionLimit', { option: 'default_pool_size', unit: 'connections', default: 20 }],
  ['proxysql', 'acquireTimeout', { option: 'mysql-connect_timeout_server_max', unit: 'ms', default: 10_000 }],
] as const)('%s: %s', (id, concept, expected) => {
  expect(driver(id).options[concept]).toMatchObject(expected);
});

test.each([
  ['mysql2', 'acquireTimeout'],
  ['mysql', 'acquireTimeout'],
  ['postgres', 'acquireTimeout'],
  ['slonik', 'acquireTimeout'],
  ['typeorm-mysql', 'acquireTimeout'],
  ['pg', 'queueLimit'],
  ['mariadb', 'queueLimit'],
  ['knex', 'queueLimit'],
  ['hikaricp', 'connectTimeout'],
] as const)('%s has no %s, and its profile says what happens instead', (id, concept) => {
  const entry = driver(id).options[concept];
  expect(entry?.option).toBeUndefined();
  expect(entry?.note).toMatch(/\w+ \w+/);
});

test('PgBouncer turns away each of the limits that pg sends when it connects', () => {
  const { accepts = [], rejects } = driver('pgbouncer').startupParameters ?? {};
  expect(rejects).toEqual(driver('pg').startupParameters?.sends);
  for (const name of driver('slonik').startupParameters?.byDefault ?? []) expect(rejects).toContain(name);
  expect(accepts.filter((name) => rejects?.includes(name))).toEqual([]);
});

test('a name in Spring is the one of the setter, in kebab-case', () => {
  const names = ['hikaricp', 'dbcp2', 'tomcat-jdbc'].flatMap((id) =>
    options(id).flatMap(({ option, or = [] }) => or.map((other) => ({ option, spring: other.option }))),
  );
  const last = (path: string) => path.split('.').at(-1);
  for (const { option = '', spring } of names.filter(({ spring }) => spring.startsWith('spring.')))
    expect(last(spring)).toBe(option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  expect(names.map(({ spring }) => spring)).toContain('spring.datasource.hikari.maximum-pool-size');
});

test.each(['prisma-engine', 'proxysql'])('%s was not run, and does not say so', (id) => {
  expect(JSON.stringify(driver(id))).not.toContain('"experiment"');
});

describe('the drivers that poolctl itself uses', () => {
  test('mysql2 has the defaults of its profile', () => {
    const pool = mysql2.createPool({}) as unknown as { config: Record<string, unknown>; end(): void };
    const { config } = pool;
    pool.end();
    for (const concept of ['connectionLimit', 'queueLimit', 'idleTimeout', 'failFast'] as const) {
      const { option = '', default: value } = driver('mysql2').options[concept] ?? {};
      expect({ [option]: config[option] }).toEqual({ [option]: value });
    }
    expect(config['connectionConfig']).toMatchObject({ connectTimeout: 10_000, enableKeepAlive: true });
    expect(driver('mysql2').options.connectTimeout?.default).toBe(10_000);
    expect(driver('mysql2').options.keepAlive?.default).toBe(true);
  });

  test('mysql2 warns of acquireTimeout in the words of its profile', () => {
    const warned = vi.spyOn(console, 'error').mockImplementation(() => {});
    mysql2.createPool({ acquireTimeout: 1 } as object).end();
    const lines = warned.mock.calls.map(([line]) => line);
    warned.mockRestore();
    expect(lines).toEqual([driver('mysql2').unknownOptions.does[0]?.message?.replace('<key>', 'acquireTimeout')]);
  });

  test('pg has the defaults of its profile', () => {
    const { options: actual } = new pg.Pool() as unknown as { options: Record<string, unknown> };
    for (const concept of ['connectionLimit', 'minIdle', 'idleTimeout', 'maxLifetime', 'exitOnIdle'] as const) {
      const { option = '', default: value } = driver('pg').options[concept] ?? {};
      expect({ [option]: actual[option] }).toEqual({ [option]: value });
    }
  });

  test('pg fails a caller in the words of its profile', async () => {
    const pool = new pg.Pool({ max: -1, connectionTimeoutMillis: 1 });
    await expect(pool.connect()).rejects.toThrow(driver('pg').atExhaustion.errors?.[0]?.message);
    await pool.end();
    await expect(pool.connect()).rejects.toThrow(driver('pg').atExhaustion.errors?.[2]?.message);
  });
});

describe('a mistake in a profile', () => {
  const evidence = 'source: a book, verified: docs';
  const rest = `
title: x
versions: [x]
optionsOf: x
wraps: [pg]
atExhaustion: { text: x, ${evidence} }
unknownOptions: { text: x, does: [{ does: ignored }], ${evidence} }
liveStatistics: { text: x, ${evidence} }
hazards: []
`;

  function read(options: string, without = ''): DriverProfile {
    return parseProfile(driverSchema, `${rest.replace(without, '')}options: ${options}\n`, 'x.yaml');
  }

  test.each([
    ['a unit in prose', `{ idleTimeout: { option: x, unit: SECONDS, ${evidence} } }`, 'unit: must be one of ms, s,'],
    ['a concept that is not one', `{ idle: { option: x, ${evidence} } }`, 'options.idle: unknown key.'],
    ['no source', '{ idleTimeout: { option: x, unit: ms, verified: docs } }', 'idleTimeout.source: is missing.'],
    ['a default of nothing', `{ idleTimeout: { default: 3, ${evidence} } }`, 'does not name it'],
    ['a range of nothing', `{ idleTimeout: { option: x, range: { outside: throws }, ${evidence} } }`, 'needs `least`'],
  ])('%s is refused', (_, options, message) => {
    expect(() => read(options)).toThrow(message);
  });

  test('a driver that wraps no other says what it has of the five main settings', () => {
    expect(read('{}').options).toEqual({});
    expect(() => read('{}', 'wraps: [pg]')).toThrow('needs connectionLimit, queueLimit, acquireTimeout');
  });
});

test('a driver that shares its name with a server or pooler is found by its kind', async () => {
  expect(await findProfile('drivers/pgbouncer')).toMatchObject({ kind: 'drivers', id: 'pgbouncer' });
  expect(await findProfile('knex')).toMatchObject({ kind: 'drivers', id: 'knex' });
  expect(await findProfile('pgbouncer')).toMatchObject({ kind: 'poolers' });
  expect(await findProfile('mysql')).toMatchObject({ kind: 'servers' });
});
