import { describe, expect, it, test } from 'vitest';
import type { Rule } from '../../../src/lint/rule.ts';
import { acquireTimeoutMissing } from '../../../src/lint/rules/acquire-timeout-missing.ts';
import { acquireTimeoutUnsupported } from '../../../src/lint/rules/acquire-timeout-unsupported.ts';
import { misplacedOption } from '../../../src/lint/rules/misplaced-option.ts';
import { poolSizeDefault } from '../../../src/lint/rules/pool-size-default.ts';
import { unsupportedOption } from '../../../src/lint/rules/unsupported-option.ts';
import { contextOf, poolOf, reportsOn, unknown } from '../../helpers/declared-pool.ts';

describe('pool-size-default', () => {
  it('names the size that the driver has decided', () => {
    const [report, ...others] = reportsOn(poolSizeDefault, poolOf('mysql2', {}, { version: '3.14.0' }));
    expect(others).toEqual([]);
    expect(report?.message).toBe('The pool has no size: mysql2 3.14.0 decides it, 10.');
    expect(report?.fix).toContain('connectionLimit');
  });
  it('says nothing where a size is set, or may be', () => {
    expect(reportsOn(poolSizeDefault, poolOf('mysql2', { connectionLimit: 20 }))).toEqual([]);
    expect(reportsOn(poolSizeDefault, poolOf('mysql2', { connectionLimit: unknown }))).toEqual([]);
    expect(reportsOn(poolSizeDefault, poolOf('mysql2', {}, { opaque: '...options' }))).toEqual([]);
    expect(reportsOn(poolSizeDefault, poolOf('typeorm-mysql', { 'extra.connectionLimit': 20 }))).toEqual([]);
  });
});

describe('acquire-timeout-missing', () => {
  const fixOf = (options: Parameters<typeof poolOf>[1]) =>
    reportsOn(acquireTimeoutMissing, poolOf('pg', options))[0]?.fix;

  it('says that a pooler in the path takes the login at once, and waits itself', () => {
    expect(fixOf({ port: 6543 })).toContain('does not bound the wait in the pooler (its port is 6543)');
    expect(fixOf({ port: 5432 })).not.toContain('pooler');
  });
});

describe('acquire-timeout-unsupported', () => {
  const mysql2 = { package: 'typeorm', driver: 'mysql2', version: '1.1.1' };

  test.each([
    ['mysql2', 'acquireTimeout', {}],
    ['mysql2', 'aquireTimeout', {}],
    ['typeorm-mysql', 'acquireTimeout', mysql2],
    ['typeorm-mysql', 'extra.acquireTimeout', mysql2],
    ['pg', 'acquireTimeoutMillis', {}],
    ['sequelize', 'pool.acquireTimeout', {}],
  ])('%s has no %s', (library, name, more) => {
    const pool = poolOf(library, { [name]: 5_000 }, more);
    const [report] = reportsOn(acquireTimeoutUnsupported, pool);
    expect(report?.message).toMatch(new RegExp(`^${name} has no effect with .*\\(found 5000\\)\\.$`));
  });

  it('says what the library does with it, with the size of the pool, and what to use', () => {
    const pool = poolOf('typeorm-mysql', { poolSize: 4, 'extra.acquireTimeout': 5_000 }, mysql2);
    const [report] = reportsOn(acquireTimeoutUnsupported, pool);
    expect(report?.consequence).toBe(
      'The library ignores it, with a line on stderr. When all 4 connections are taken, the next request waits without a limit.',
    );
    expect(report?.fix).toMatch(/queueLimit/);
    expect(reportsOn(acquireTimeoutUnsupported, poolOf('pg', { acquireTimeout: 1 }))[0]?.fix).toBe(
      'Use connectionTimeoutMillis instead.',
    );
  });

  test.each([
    ['mariadb', 'acquireTimeout'],
    ['knex', 'pool.acquireTimeoutMillis'],
    ['knex', 'acquireConnectionTimeout'],
    ['sequelize', 'pool.acquire'],
    ['pg', 'connectionTimeoutMillis'],
    ['mysql2', 'connectTimeout'],
  ])('%s has %s, or it is none', (library, name) => {
    expect(reportsOn(acquireTimeoutUnsupported, poolOf(library, { [name]: 5_000 }))).toEqual([]);
  });

  it('takes it out where it does nothing, with its line', () => {
    const text = 'createPool({\n  host,\n  acquireTimeout: 5000, // ms\n  connectionLimit: 4 });\n';
    const start = text.indexOf('acquireTimeout');
    const span = (length: number) => ({
      ...{ file: 'pool.ts', start, end: start + length, line: 3, column: 3, endLine: 3, endColumn: 3 },
    });
    const { options, ...pool } = poolOf('mysql2', { acquireTimeout: 5_000 });
    const placed = options.map((option) => ({ ...option, place: span(20), keyPlace: span(14) }));
    const [report] = reportsOn(acquireTimeoutUnsupported, { ...pool, options: placed }, contextOf({ 'pool.ts': text }));
    const [edit] = report?.edits ?? [];
    expect(edit && text.slice(0, edit.start) + edit.text + text.slice(edit.end)).toBe(
      'createPool({\n  host,\n  connectionLimit: 4 });\n',
    );
  });
});

/** A pool of options that stand in a text, one entry each, to try edits on. */
function poolIn(library: string, text: string, names: Readonly<Record<string, string>>) {
  const { options: _, ...pool } = poolOf(library);
  const options = Object.entries(names).map(([name, entry]) => {
    const start = text.indexOf(entry);
    const key = /^\w+/.exec(entry)?.[0] ?? '';
    const span = (length: number) => ({
      ...{ file: 'pool.ts', start, end: start + length, line: 1, column: 1, endLine: 1, endColumn: 1 },
    });
    const value = { kind: 'known' as const, value: Number(/\d+$/.exec(entry)?.[0]), origins: [] };
    return { name, value, place: span(entry.length), keyPlace: span(key.length) };
  });
  return { ...pool, options };
}

function fixed(rule: Rule, library: string, text: string, names: Readonly<Record<string, string>>): string[] {
  const reports = reportsOn(rule, poolIn(library, text, names), contextOf({ 'pool.ts': text }));
  return reports.map(({ edits = [] }) =>
    [...edits]
      .sort((a, b) => b.start - a.start)
      .reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text),
  );
}

describe('unsupported-option', () => {
  it('is an error where the name is a slip, and corrects it', () => {
    const [report] = reportsOn(unsupportedOption, poolOf('mariadb', { aquireTimeout: 5_000 }));
    expect(report).toMatchObject({ severity: 'error', expected: 'acquireTimeout' });
    expect(reportsOn(acquireTimeoutUnsupported, poolOf('mariadb', { aquireTimeout: 5_000 }))).toEqual([]);
    const text = 'createPool({ conectionLimit: 5, host })';
    expect(fixed(unsupportedOption, 'mysql2', text, { conectionLimit: 'conectionLimit: 5' })).toEqual([
      'createPool({ connectionLimit: 5, host })',
    ]);
  });

  it("names another library's option by what it is here", () => {
    const [report] = reportsOn(unsupportedOption, poolOf('mysql2', { max: 20 }));
    expect(report).toMatchObject({ expected: 'connectionLimit' });
    expect(report?.severity).toBeUndefined();
    expect(reportsOn(unsupportedOption, poolOf('pg', { connectionLimit: 20 }))[0]).toMatchObject({ expected: 'max' });
  });

  it('knows what is given with each call', () => {
    expect(reportsOn(unsupportedOption, poolOf('mysql2', { timeout: 5_000 }))[0]?.fix).toMatch(/query\(options\)/);
  });

  it('says what the library does with it', () => {
    const consequence = (library: string, name: string) =>
      reportsOn(unsupportedOption, poolOf(library, { [name]: 1 }))[0]?.consequence;
    expect(consequence('mysql2', 'useUTC')).toBe('The library ignores it, with a line on stderr.');
    expect(consequence('pg', 'queueLimit')).toMatch(/^The library ignores it and says nothing; in mysql2 it limits/);
    expect(consequence('knex', 'pool.maxWaitingClients')).toMatch(/^The library refuses it with an error/);
  });

  it.each([
    ['mysql2', 'namedPlaceholders', {}],
    ['mysql2', 'ssl.ca', {}],
    ['pg', 'ssl.rejectUnauthorized', {}],
    ['pg', 'application_name', {}],
    ['typeorm-mysql', 'entities', { driver: 'mysql2' }],
    ['typeorm-mysql', 'extra.decimalNumbers', { driver: 'mysql2' }],
    ['typeorm-mysql', 'replication.master.poolSize', { driver: 'mysql2' }],
    ['typeorm-postgres', 'cache.duration', { driver: 'pg' }],
    ['knex', 'migrations.directory', {}],
    ['knex', 'pool.afterCreate', {}],
    ['knex', 'connection.charset', { driver: 'mysql2' }],
    ['knex', 'connection.filename', {}],
    ['sequelize', 'dialectOptions.ssl.require', { driver: 'pg' }],
    ['sequelize', 'define.underscored', {}],
    ['drizzle', 'schema', {}],
    ['hikaricp', 'poolName', {}],
  ])('%s has %s', (library, name, more) => {
    expect(reportsOn(unsupportedOption, poolOf(library, { [name]: 1 }, more))).toEqual([]);
    expect(reportsOn(misplacedOption, poolOf(library, { [name]: 1 }, more))).toEqual([]);
  });
});

describe('misplaced-option', () => {
  it.each([
    ['knex', 'connection.pool.max', 'pool.max', {}],
    ['knex', 'connection.connectionLimit', 'pool.max', { driver: 'mysql2' }],
    ['knex', 'pool.acquireConnectionTimeout', 'acquireConnectionTimeout', {}],
    ['typeorm-mysql', 'queueLimit', 'extra.queueLimit', { driver: 'mysql2' }],
    ['typeorm-mysql', 'connectionLimit', 'extra.connectionLimit', { driver: 'mysql2' }],
    ['typeorm-mysql', 'extra.poolSize', 'poolSize', { driver: 'mysql2' }],
    ['typeorm-postgres', 'max', 'extra.max', { driver: 'pg' }],
    ['sequelize', 'max', 'pool.max', {}],
    ['drizzle', 'max', 'connection.max', { driver: 'pg' }],
  ])('%s reads %s as %s', (library, name, right, more) => {
    const [report] = reportsOn(misplacedOption, poolOf(library, { [name]: 7 }, more));
    expect(report).toMatchObject({ expected: right });
    expect(reportsOn(unsupportedOption, poolOf(library, { [name]: 7 }, more))).toEqual([]);
  });

  it('says what is in force instead', () => {
    const pool = poolOf('knex', { 'connection.connectionLimit': 50 }, { driver: 'mysql2' });
    expect(reportsOn(misplacedOption, pool)[0]?.consequence).toMatch(/the default is in force, 10\.$/);
  });

  it('moves it to its neighbours, or into an object of its own', () => {
    const beside = "new DataSource({ type: 'mysql', queueLimit: 50, extra: { connectionLimit: 9 } })";
    const names = { queueLimit: 'queueLimit: 50', 'extra.connectionLimit': 'connectionLimit: 9' };
    expect(fixed(misplacedOption, 'typeorm-mysql', beside, names)).toEqual([
      "new DataSource({ type: 'mysql', extra: { queueLimit: 50, connectionLimit: 9 } })",
    ]);
    const alone = "new DataSource({ type: 'mysql', queueLimit: 50 })";
    expect(fixed(misplacedOption, 'typeorm-mysql', alone, { queueLimit: 'queueLimit: 50' })).toEqual([
      "new DataSource({ type: 'mysql', extra: { queueLimit: 50 } })",
    ]);
  });
});
