import { describe, expect, it, test } from 'vitest';
import { acquireTimeoutUnsupported } from '../../../src/lint/rules/acquire-timeout-unsupported.ts';
import { poolSizeDefault } from '../../../src/lint/rules/pool-size-default.ts';
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
