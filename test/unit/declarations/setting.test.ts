import { describe, expect, it, test } from 'vitest';
import type { Concept } from '../../../src/declarations/concepts.ts';
import type { DeclaredPool } from '../../../src/declarations/declared-pool.ts';
import { type PoolSetting, settingOf } from '../../../src/declarations/setting.ts';
import { poolOf, unknown } from '../../helpers/declared-pool.ts';
import { driverProfiles } from '../../helpers/lint-fixtures.ts';

/** The setting without the option and the profile's row. */
function setting(pool: DeclaredPool, concept: Concept): unknown {
  const found = settingOf(pool, concept, driverProfiles);
  return shortened(found);
}

function shortened(found: PoolSetting): unknown {
  if (found.kind === 'set') return found.value;
  if (found.kind === 'unset') return { default: found.isUnlimited ? 'no limit' : found.value };
  return found.kind === 'words' ? found.words : found.kind;
}

test('times are ms, whatever the driver counts in', () => {
  expect(setting(poolOf('mysql2', { connectTimeout: 60_000 }), 'connectTimeout')).toBe(60_000);
  expect(setting(poolOf('postgres', { connect_timeout: 30 }), 'connectTimeout')).toBe(30_000);
  expect(setting(poolOf('mariadb', { idleTimeout: 30_000 }), 'idleTimeout')).toBe(30_000_000);
  expect(setting(poolOf('pg', { maxLifetimeSeconds: 60 }), 'maxLifetime')).toBe(60_000);
});

test('what is not given is the default of the driver', () => {
  expect(setting(poolOf('mysql2'), 'connectionLimit')).toEqual({ default: 10 });
  expect(setting(poolOf('sequelize'), 'connectionLimit')).toEqual({ default: 5 });
  expect(setting(poolOf('knex'), 'acquireTimeout')).toEqual({ default: 60_000 });
  expect(setting(poolOf('pg'), 'acquireTimeout')).toEqual({ default: 'no limit' });
  expect(setting(poolOf('mysql2'), 'queueLimit')).toEqual({ default: 'no limit' });
  expect(setting(poolOf('typeorm-mysql'), 'connectionLimit')).toEqual({ default: 10 });
});

test('a default is that of the version', () => {
  const at = (version: string) => setting(poolOf('hikaricp', {}, { version }), 'keepAlive');
  expect(at('6.2.0')).not.toEqual(at('6.3.0'));
});

describe('what cannot be seen', () => {
  it('is unknown, and no default', () => {
    expect(setting(poolOf('mysql2', { connectionLimit: unknown }), 'connectionLimit')).toBe('unknown');
    expect(setting(poolOf('mysql2', {}, { opaque: '...options' }), 'connectionLimit')).toBe('unknown');
  });
  it('hides nothing that is given beside it', () => {
    expect(setting(poolOf('mysql2', { connectionLimit: 4 }, { opaque: '...options' }), 'connectionLimit')).toBe(4);
  });
});

test('0 and unusual values are what the driver makes of them', () => {
  expect(setting(poolOf('mysql2', { connectionLimit: 0 }), 'connectionLimit')).toBe('unlimited');
  expect(setting(poolOf('mysql2', { connectionLimit: 'many' }), 'connectionLimit')).toBe(10);
  expect(setting(poolOf('mysql2', { connectionLimit: '7' }), 'connectionLimit')).toBe(7);
  expect(setting(poolOf('mariadb', { connectionLimit: 0 }), 'connectionLimit')).toMatch(/^no connection ever/);
  expect(setting(poolOf('sequelize', { 'pool.max': -1 }), 'connectionLimit')).toMatch(/must be an integer > 0/);
  expect(setting(poolOf('pg', { connectionTimeoutMillis: 0 }), 'acquireTimeout')).toBe('unlimited');
});

test('a library without the setting says so', () => {
  expect(setting(poolOf('mysql2', { acquireTimeout: 5_000 }), 'acquireTimeout')).toBe('none');
  expect(setting(poolOf('pg'), 'queueLimit')).toBe('none');
  expect(setting(poolOf('typeorm-mysql', {}, { driver: 'mysql2' }), 'acquireTimeout')).toBe('none');
});

test('options of the driver below an ORM count where the ORM hands them on', () => {
  const pool = poolOf('typeorm-mysql', { poolSize: 5, 'extra.connectionLimit': 20 }, { driver: 'mysql2' });
  expect(setting(pool, 'connectionLimit')).toBe(20);
  expect(setting(poolOf('typeorm-postgres', { 'extra.idleTimeoutMillis': 0 }, { driver: 'pg' }), 'idleTimeout')).toBe(
    'unlimited',
  );
  expect(
    setting(poolOf('knex', { 'connection.connectionLimit': 50 }, { driver: 'mysql2' }), 'connectionLimit'),
  ).toEqual({ default: 10 });
});

test('of two limits of one time the shorter one decides', () => {
  const pool = poolOf('knex', { acquireConnectionTimeout: 5_000, 'pool.acquireTimeoutMillis': 9_000 });
  expect(setting(pool, 'acquireTimeout')).toBe(5_000);
});

test('what stands where it does nothing is not set', () => {
  const { options, ...pool } = poolOf('knex', { 'pool.max': 50 });
  const misplaced = { ...pool, options: options.map((option) => ({ ...option, misplaced: 'below connection' })) };
  expect(setting(misplaced, 'connectionLimit')).toEqual({ default: 10 });
});
