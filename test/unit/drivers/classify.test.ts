import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import type { LoadFailureKind } from '../../../src/drivers/driver.ts';
import { noteOpening, ownFailure } from '../../../src/drivers/failure.ts';
import { LoadLine } from '../../../src/drivers/line.ts';
import { classifyMysql } from '../../../src/drivers/mysql2/classify.ts';
import { classifyPostgres } from '../../../src/drivers/pg/classify.ts';

const secret = 'Feldgrau-5';

function fromPostgres(code: string): Error {
  return Object.assign(new pg.DatabaseError(secret, 100, 'error'), { code });
}

function fromMysql(errno: number, code = 'ER_SOMETHING'): Error {
  return Object.assign(new Error(secret), { errno, code });
}

function fromSystem(code: string, syscall = 'read'): Error {
  return Object.assign(new Error(secret), { code, errno: -104, syscall });
}

/** As the pools hand it on when a connection could not be opened. */
function whileOpening(error: Error): Error {
  const line = new LoadLine(60_000);
  line.cut();
  return noteOpening(error, line);
}

describe('an error of PostgreSQL', () => {
  it.each<[string, LoadFailureKind]>([
    ['53300', 'server-full'],
    ['57014', 'statement-timeout'],
    ['55P03', 'lock-timeout'],
    ['40P01', 'deadlock'],
    ['40001', 'serialization'],
    ['25006', 'read-only'],
    ['57P01', 'connection-lost'],
    ['57P02', 'connection-lost'],
    ['57P05', 'connection-lost'],
    ['25P03', 'connection-lost'],
    ['08006', 'connection-lost'],
    ['28P01', 'login-refused'],
    ['28000', 'login-refused'],
    ['3D000', 'login-refused'],
    ['42P01', 'sql-error'],
    ['23505', 'sql-error'],
    ['53200', 'sql-error'],
  ])('%s is %s', (code, kind) => {
    expect(classifyPostgres(fromPostgres(code))).toEqual({ kind, label: code });
  });

  it.each<[string, string, LoadFailureKind]>([
    ['08P01', 'no more connections allowed (max_client_conn)', 'pooler-full'],
    ['08P01', 'client connections exceeded (max_user_client_connections)', 'pooler-full'],
    ['53300', 'Sorry, too many clients already', 'pooler-full'],
    ['08P01', 'query_wait_timeout', 'pooler-wait'],
    ['08P01', 'too many connections for role "app"', 'server-full'],
    ['53300', 'sorry, too many clients already', 'server-full'],
    ['08P01', 'server conn crashed?', 'connection-lost'],
  ])('%s of a pooler, "%s", is %s', (code, message, kind) => {
    expect(classifyPostgres(Object.assign(new Error(message), { code }))).toEqual({ kind, label: code });
  });

  it.each<[string, LoadFailureKind, string]>([
    ['timeout exceeded when trying to connect', 'acquire-timeout', 'POOL_ACQUIRE_TIMEOUT'],
    ['Connection terminated due to connection timeout', 'connect-failed', 'CONNECT_TIMEOUT'],
    ['Connection terminated unexpectedly', 'connection-lost', 'CONNECTION_TERMINATED'],
    ['Connection terminated', 'connection-lost', 'CONNECTION_TERMINATED'],
    ['Client has encountered a connection error and is not queryable', 'connection-lost', 'CONNECTION_TERMINATED'],
    ['Client was closed and is not queryable', 'connection-lost', 'CONNECTION_TERMINATED'],
    ['Cannot use a pool after calling end on the pool', 'connection-lost', 'POOL_CLOSED'],
    ['something else', 'sql-error', 'Error'],
  ])('the text "%s" is %s', (message, kind, label) => {
    expect(classifyPostgres(new Error(message))).toEqual({ kind, label });
  });
});

describe('an error of MySQL or MariaDB', () => {
  it.each<[number, LoadFailureKind]>([
    [1040, 'server-full'],
    [1203, 'server-full'],
    [1226, 'server-full'],
    [3024, 'statement-timeout'],
    [1969, 'statement-timeout'],
    [1317, 'statement-timeout'],
    [1205, 'lock-timeout'],
    [3572, 'lock-timeout'],
    [1213, 'deadlock'],
    [1020, 'serialization'],
    [1792, 'read-only'],
    [1290, 'read-only'],
    [1053, 'connection-lost'],
    [1927, 'connection-lost'],
    [4031, 'connection-lost'],
    [1045, 'login-refused'],
    [1044, 'login-refused'],
    [1146, 'sql-error'],
    [1062, 'sql-error'],
  ])('%d is %s', (errno, kind) => {
    expect(classifyMysql(fromMysql(errno))).toEqual({ kind, label: 'ER_SOMETHING' });
  });

  it.each<[string, LoadFailureKind, string]>([
    ['Pool is closed.', 'connection-lost', 'POOL_CLOSED'],
    ["Can't add new command when connection is in closed state", 'connection-lost', 'PROTOCOL_CONNECTION_LOST'],
  ])('the text "%s" is %s', (message, kind, label) => {
    expect(classifyMysql(new Error(message))).toEqual({ kind, label });
  });

  it('an unknown number without a code is named by it', () => {
    expect(classifyMysql(Object.assign(new Error(secret), { errno: 9_999 })).label).toBe('9999');
  });

  it('a connection that was lost', () => {
    const error = Object.assign(new Error(secret), { code: 'PROTOCOL_CONNECTION_LOST' });
    expect(classifyMysql(error)).toEqual({ kind: 'connection-lost', label: 'PROTOCOL_CONNECTION_LOST' });
  });
});

describe.each([
  ['pg', classifyPostgres],
  ['mysql2', classifyMysql],
] as const)('with %s', (_driver, classify) => {
  it.each<[string, string, LoadFailureKind]>([
    ['ECONNRESET', 'read', 'connection-lost'],
    ['EPIPE', 'write', 'connection-lost'],
    ['ETIMEDOUT', 'read', 'connection-lost'],
    ['ECONNREFUSED', 'connect', 'connect-failed'],
    ['ETIMEDOUT', 'connect', 'connect-failed'],
  ])('%s at %s is %s', (code, syscall, kind) => {
    expect(classify(fromSystem(code, syscall))).toEqual({ kind, label: code });
  });

  it('no loss of a connection is one before it was open', () => {
    expect(classify(whileOpening(fromSystem('ECONNRESET')))).toEqual({ kind: 'connect-failed', label: 'ECONNRESET' });
    const wrapped = new Error('Connection terminated due to connection timeout', {
      cause: whileOpening(new Error('Connection terminated unexpectedly')),
    });
    expect(classify(wrapped).kind).toBe('connect-failed');
  });

  it.each(['POOL_ACQUIRE_TIMEOUT', 'POOL_QUEUE_LIMIT', 'POOL_CLOSED', 'SLEEP_INTERRUPTED'] as const)(
    'our own %s keeps its name',
    (code) => {
      expect(classify(ownFailure(code, 'why')).label).toBe(code);
    },
  );

  it.each([
    ['SERVER_FULL', 'server-full'],
    ['AUTH_FAILED', 'login-refused'],
    ['CONNECT_REFUSED', 'connect-failed'],
    ['SERVER_SILENT', 'connect-failed'],
    ['TLS_UNTRUSTED', 'connect-failed'],
  ] as const)('%s, as a single connection fails, is %s', (code, kind) => {
    expect(classify(new PoolctlError(code, 'why'))).toEqual({ kind, label: code });
  });

  it('no label quotes a message, which may hold anything', () => {
    const errors = [new Error(secret), fromSystem(`E ${secret}`), whileOpening(new Error(secret))];
    for (const error of errors) expect(classify(error).label).not.toContain(secret);
  });
});
