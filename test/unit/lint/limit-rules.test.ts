import { describe, expect, it, test } from 'vitest';
import type { Scalar } from '../../../src/declarations/value.ts';
import type { Rule } from '../../../src/lint/rule.ts';
import { acquireTimeoutLong } from '../../../src/lint/rules/acquire-timeout-long.ts';
import { acquireTimeoutMissing } from '../../../src/lint/rules/acquire-timeout-missing.ts';
import { connectTimeoutLong } from '../../../src/lint/rules/connect-timeout-long.ts';
import { idleTimeoutDisabled } from '../../../src/lint/rules/idle-timeout-disabled.ts';
import { poolSizeExcessive } from '../../../src/lint/rules/pool-size-excessive.ts';
import { queueUnbounded } from '../../../src/lint/rules/queue-unbounded.ts';
import { slowQueryLogMissing } from '../../../src/lint/rules/slow-query-log-missing.ts';
import { statementTimeoutMissing } from '../../../src/lint/rules/statement-timeout-missing.ts';
import { contextOf, poolOf, reportsOn, unknown } from '../../helpers/declared-pool.ts';

type Case = readonly [library: string, options: Readonly<Record<string, Scalar | typeof unknown>>];

/** Pools that the rule reports, and as many that look alike and are in order. */
const cases: Readonly<Record<string, { rule: Rule; found: readonly Case[]; fine: readonly Case[] }>> = {
  'pool-size-excessive': {
    rule: poolSizeExcessive,
    found: [
      ['mysql2', { connectionLimit: 500 }],
      ['mysql2', { connectionLimit: 0 }],
      ['knex', { 'pool.max': 200 }],
    ],
    fine: [
      ['mysql2', { connectionLimit: 100 }],
      ['mysql2', {}],
      ['knex', { 'pool.max': unknown }],
    ],
  },
  'queue-unbounded': {
    rule: queueUnbounded,
    found: [
      ['mysql2', { queueLimit: 0 }],
      ['mysql2', {}],
      ['typeorm-mysql', { 'extra.queueLimit': 0 }],
    ],
    fine: [
      ['mysql2', { queueLimit: 200 }],
      ['mysql2', { waitForConnections: false }],
      ['pg', {}],
    ],
  },
  'acquire-timeout-missing': {
    rule: acquireTimeoutMissing,
    found: [
      ['pg', { max: 20 }],
      ['pg', { connectionTimeoutMillis: 0 }],
      ['typeorm-postgres', {}],
    ],
    fine: [
      ['pg', { connectionTimeoutMillis: 5_000 }],
      ['knex', {}],
      ['mysql2', {}],
    ],
  },
  'acquire-timeout-long': {
    rule: acquireTimeoutLong,
    found: [
      ['mariadb', { acquireTimeout: 60_000 }],
      ['knex', { acquireConnectionTimeout: 120_000 }],
      ['sequelize', { 'pool.acquire': 60_000 }],
    ],
    fine: [
      ['mariadb', { acquireTimeout: 30_000 }],
      ['knex', {}],
      ['pg', { connectionTimeoutMillis: 60_000 }],
    ],
  },
  'connect-timeout-long': {
    rule: connectTimeoutLong,
    found: [
      ['mysql2', { connectTimeout: 60_000 }],
      ['typeorm-mysql', { connectTimeout: 60_000 }],
      ['pg', { connectionTimeoutMillis: 60_000 }],
      ['postgres', { connect_timeout: 60 }],
    ],
    fine: [
      ['mysql2', { connectTimeout: 10_000 }],
      ['mysql2', {}],
      ['pg', { connectionTimeoutMillis: 20_000 }],
      ['postgres', { connect_timeout: 10 }],
    ],
  },
  'idle-timeout-disabled': {
    rule: idleTimeoutDisabled,
    found: [
      ['pg', { idleTimeoutMillis: 0 }],
      ['mariadb', { idleTimeout: 0 }],
    ],
    fine: [
      ['pg', { idleTimeoutMillis: 30_000 }],
      ['postgres', {}],
    ],
  },
  'statement-timeout-missing': {
    rule: statementTimeoutMissing,
    found: [
      ['pg', { max: 5 }],
      ['typeorm-postgres', {}],
    ],
    fine: [
      ['pg', { statement_timeout: 5_000 }],
      ['pg', { options: '-c statement_timeout=5s' }],
      ['mysql2', {}],
    ],
  },
  'slow-query-log-missing': {
    rule: slowQueryLogMissing,
    found: [['typeorm-mysql', { poolSize: 5 }]],
    fine: [
      ['typeorm-mysql', { maxQueryExecutionTime: 1_000 }],
      ['mysql2', {}],
    ],
  },
};

describe.each(Object.entries(cases))('%s', (_id, { rule, found, fine }) => {
  it.each(found)('reports %s with %j', (library, options) => {
    const [report, ...others] = reportsOn(rule, poolOf(library, options));
    expect(others).toEqual([]);
    expect(report?.message).toMatch(/^[\w@].*\.$/);
    expect(report?.message).not.toMatch(/undefined|NaN/);
    expect(report?.consequence).toMatch(/\.$/);
    expect(report?.fix).toBeTruthy();
  });

  it.each(fine)('says nothing of %s with %j', (library, options) => {
    expect(reportsOn(rule, poolOf(library, options))).toEqual([]);
  });

  it('says nothing where the options cannot be seen', () => {
    for (const [library] of found)
      expect(reportsOn(rule, poolOf(library, {}, { opaque: '...options', driver: 'mysql2' }))).toEqual([]);
  });
});

test('a pool is measured by the one server that is declared', () => {
  const servers = { orders: { maxConnections: 40, reserved: 3 } };
  const [report] = reportsOn(poolSizeExcessive, poolOf('pg', { max: 38 }), contextOf({}, { servers }));
  expect(report?.message).toBe('max is 38: more connections than the 37 that the server lets in.');
  expect(reportsOn(poolSizeExcessive, poolOf('pg', { max: 37 }), contextOf({}, { servers }))).toEqual([]);
});

test('a default queue is less of a finding than a 0 that somebody wrote', () => {
  expect(reportsOn(queueUnbounded, poolOf('mysql2', { queueLimit: 0 }))[0]?.severity).toBeUndefined();
  expect(reportsOn(queueUnbounded, poolOf('mysql2'))[0]?.severity).toBe('info');
});

test('what poolctl.yaml assumes is no finding', () => {
  const context = contextOf({}, { assume: { statementTimeout: true, slowQueryLog: true } });
  expect(reportsOn(statementTimeoutMissing, poolOf('pg'), context)).toEqual([]);
  expect(reportsOn(slowQueryLogMissing, poolOf('typeorm-mysql'), context)).toEqual([]);
});
