import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { ErrorCode, PoolctlError } from '../../../src/base/errors.ts';
import type { Wire } from '../../../src/engines/failure.ts';
import { silence } from '../../../src/engines/failure.ts';
import { mysqlFailure } from '../../../src/engines/mysql/errors.ts';
import { postgresFailure } from '../../../src/engines/postgres/errors.ts';
import { ConnectionTarget, type Protocol, type TlsMode } from '../../../src/engines/target.ts';

const password = 'Feldgrau-5';

function target(protocol: Protocol, mode: TlsMode = 'prefer'): ConnectionTarget {
  const place = { host: 'db.internal', port: 5432, user: 'app', database: 'shop' };
  return new ConnectionTarget({ protocol, ...place, password, tls: { mode } });
}

const spoken: Wire = { connected: true, greeting: Buffer.from('R') };
const unconnected: Wire = { connected: false, greeting: undefined };

/** As the server's answer arrives from pg. */
function fromPostgres(code: string, message = 'no', routine?: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, 100, 'error'), { code, routine });
}

/** As the server's answer arrives from mysql2. */
function fromMysql(errno: number, message = 'no'): Error {
  return Object.assign(new Error(message), { errno, code: 'ER_SOMETHING', sqlState: 'HY000', sqlMessage: message });
}

function fromSystem(code: string, message = `connect ${code}`): Error {
  return Object.assign(new Error(message), { code, errno: -1, syscall: 'connect' });
}

function expectFailure(found: PoolctlError, code: ErrorCode, says: string): void {
  expect([found.code, found.exitCode]).toEqual([code, 3]);
  expect(found.message).toContain(says);
  expect(found.message).toMatch(/^[^\n]+\.$/);
  expect(found.hint).toMatch(/^[^\n]{10,}$/);
  expect(`${found.message} ${found.hint}`).not.toContain(password);
}

describe('an error of PostgreSQL', () => {
  it.each<[string, string | undefined, string, ErrorCode, string]>([
    ['28P01', 'auth_failed', 'password authentication failed', 'AUTH_FAILED', '28P01'],
    ['28000', 'ClientAuthentication', 'no pg_hba.conf entry for host "::1", SSL on', 'AUTH_FAILED', 'from here'],
    ['28000', 'InitializeSessionUserId', 'role "app" is not permitted to log in', 'AUTH_FAILED', 'no role "app"'],
    ['3D000', 'InitPostgres', 'database "shop" does not exist', 'DATABASE_UNKNOWN', '"shop"'],
    ['53300', 'InitProcess', 'sorry, too many clients already', 'SERVER_FULL', 'Every connection'],
    ['53300', 'ProcessStartupPacket', 'désolé, trop de clients sont déjà connectés', 'SERVER_FULL', 'Every connection'],
    ['53300', 'InitPostgres', 'remaining connection slots are reserved', 'SERVER_FULL', 'reserved'],
    ['53300', 'InitializeSessionUserId', 'too many connections for role "app"', 'SERVER_FULL', 'The role "app"'],
    ['53300', 'CheckMyDatabase', 'too many connections for database "shop"', 'SERVER_FULL', 'The database "shop"'],
    ['57P03', undefined, 'the database system is starting up', 'SERVER_NOT_READY', 'starting up'],
    [
      '55000',
      'CheckMyDatabase',
      'database "shop" is not currently accepting connections',
      'SERVER_NOT_READY',
      '"shop"',
    ],
    ['55000', 'ExecuteSomething', 'object is not in the required state', 'QUERY_FAILED', '55000'],
    ['57014', 'ProcessInterrupts', 'canceling statement due to statement timeout', 'SERVER_TIMEOUT', '57014'],
    ['55P03', 'ProcessInterrupts', 'canceling statement due to lock timeout', 'SERVER_TIMEOUT', '55P03'],
    ['25P03', undefined, 'terminating connection due to idle-in-transaction timeout', 'SERVER_TIMEOUT', '25P03'],
    ['25P04', undefined, 'terminating connection due to transaction timeout', 'SERVER_TIMEOUT', '25P04'],
    ['42501', 'aclcheck_error', 'permission denied for view pg_settings', 'PRIVILEGE_MISSING', 'may not read'],
    ['42501', 'CheckMyDatabase', 'permission denied for database "shop"', 'PRIVILEGE_MISSING', '"shop"'],
    ['57P01', undefined, 'terminating connection due to administrator command', 'CONNECTION_LOST', 'closed'],
    ['57P02', undefined, 'terminating connection because of crash', 'CONNECTION_LOST', 'closed'],
    ['57P05', undefined, 'terminating connection due to idle-session timeout', 'CONNECTION_LOST', 'closed'],
    ['42P01', undefined, 'relation "pg_stat_what" does not exist', 'QUERY_FAILED', 'pg_stat_what'],
    // Poolers say all of this with one code.
    ['08P01', undefined, 'no more connections allowed (max_client_conn)', 'SERVER_FULL', 'max_client_conn'],
    ['08P01', undefined, 'client connections exceeded (max_user_client_connections)', 'SERVER_FULL', 'max_user_client'],
    ['08P01', undefined, 'too many connections for role "app"', 'SERVER_FULL', 'CONNECTION LIMIT'],
    ['53300', undefined, 'too many connections for role "app"', 'SERVER_FULL', 'CONNECTION LIMIT'],
    ['53300', undefined, 'too many connections for database "shop"', 'SERVER_FULL', 'The database'],
    ['08P01', undefined, 'query_wait_timeout', 'SERVER_FULL', 'all that "app" may have for "shop" were busy'],
    ['08P01', undefined, 'query_timeout', 'SERVER_FULL', 'within its query_timeout: all'],
    ['08P01', undefined, 'query timeout', 'SERVER_TIMEOUT', 'a limit of its own: query timeout'],
    ['08P01', undefined, 'idle transaction timeout', 'SERVER_TIMEOUT', 'idle transaction timeout'],
    ['08P01', undefined, 'client_login_timeout (server down)', 'SERVER_NOT_READY', 'cannot log in to the server'],
    [
      '08P01',
      undefined,
      'server login has been failing, cached error: password authentication failed (server_login_retry)',
      'SERVER_NOT_READY',
      'cached error',
    ],
    [
      '08P01',
      undefined,
      'server login has been failing, cached error: sorry, too many clients already (server_login_retry)',
      'SERVER_FULL',
      'Every connection',
    ],
    ['08P01', undefined, 'pooler is shutting down', 'SERVER_NOT_READY', 'no sessions now'],
    ['08P01', undefined, 'database "shop" is disabled', 'SERVER_NOT_READY', 'is disabled'],
    ['08P01', undefined, 'server conn crashed?', 'CONNECTION_LOST', 'server conn crashed?'],
    ['08P01', undefined, 'not allowed', 'PRIVILEGE_MISSING', 'the console of PgBouncer'],
    ['08P01', undefined, 'no more connections allowed (max_client_conn)', 'SERVER_FULL', '(max_client_conn)'],
    ['08P01', undefined, 'client connections exceeded (max_db_client_connections)', 'SERVER_FULL', 'no more clients'],
    ['08P01', undefined, 'Max client connections reached', 'SERVER_FULL', 'no more clients'],
    ['08P01', undefined, 'no such database: shop', 'DATABASE_UNKNOWN', '"shop"'],
    ['08P01', undefined, 'SASL authentication failed', 'AUTH_FAILED', '"app"'],
    ['08P01', undefined, 'no such user: app', 'AUTH_FAILED', '"app"'],
    ['08P01', undefined, 'unsupported startup parameter: x', 'QUERY_FAILED', 'startup parameter'],
  ])('%s of %s: %s', (sqlState, routine, message, code, says) => {
    const found = postgresFailure(fromPostgres(sqlState, message, routine), target('postgres'), spoken);
    expectFailure(found, code, says);
    expect(found.cause).toBeInstanceOf(pg.DatabaseError);
  });

  it.each<[string, TlsMode, ErrorCode]>([
    ['no pg_hba.conf entry for host "10.1.2.3", user "app", database "shop", no encryption', 'disable', 'TLS_REQUIRED'],
    ['no pg_hba.conf entry for host "10.1.2.3", user "app", database "shop", SSL off', 'disable', 'TLS_REQUIRED'],
    ['pg_hba.conf rejects connection for host "10.1.2.3", user "app", no encryption', 'disable', 'TLS_REQUIRED'],
    ['no pg_hba.conf entry for host "10.1.2.3", user "app", database "shop", no encryption', 'prefer', 'AUTH_FAILED'],
    ['no pg_hba.conf entry for host "10.1.2.3", user "app", database "shop", SSL encryption', 'require', 'AUTH_FAILED'],
    ['SSL required', 'prefer', 'TLS_REQUIRED'],
  ])('28000 "%s" with sslmode=%s is %s', (message, mode, code) => {
    const found = postgresFailure(fromPostgres('28000', message), target('postgres', mode), spoken);
    expectFailure(found, code, 'db.internal:5432');
  });

  it.each<[string, ErrorCode]>([
    ['The server does not support SSL connections', 'TLS_UNSUPPORTED'],
    ['There was an error establishing an SSL connection', 'PROTOCOL_MISMATCH'],
    ['SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match', 'AUTH_FAILED'],
    ['Connection terminated unexpectedly', 'CONNECTION_LOST'],
  ])('of pg itself: %s', (message, code) => {
    expectFailure(postgresFailure(new Error(message), target('postgres'), spoken), code, 'db.internal:5432');
  });
});

describe('an error of MySQL or MariaDB', () => {
  it.each<[number, string, ErrorCode, string]>([
    [1045, "Access denied for user 'app'@'h' (using password: YES)", 'AUTH_FAILED', '1045'],
    [1698, "Access denied for user 'app'@'h'", 'AUTH_FAILED', '1698'],
    [1862, 'Your password has expired', 'AUTH_FAILED', '1862'],
    [1130, "Host 'h' is not allowed to connect", 'AUTH_FAILED', '1130'],
    [1129, "Host 'h' is blocked because of many connection errors", 'AUTH_FAILED', '1129'],
    [1049, "Unknown database 'shop'", 'DATABASE_UNKNOWN', '"shop"'],
    [1044, "Access denied for user 'app'@'%' to database 'shop'", 'PRIVILEGE_MISSING', '"shop"'],
    [1142, 'SELECT command denied', 'PRIVILEGE_MISSING', '1142'],
    [1143, 'SELECT command denied for column', 'PRIVILEGE_MISSING', '1143'],
    [1227, 'you need (at least one of) the PROCESS privilege(s)', 'PRIVILEGE_MISSING', '1227'],
    [1370, 'execute command denied', 'PRIVILEGE_MISSING', '1370'],
    [1040, 'Too many connections', 'SERVER_FULL', '1040'],
    [1203, "User app already has more than 'max_user_connections'", 'SERVER_FULL', '1203'],
    [1226, "User 'app' has exceeded the 'max_user_connections' resource", 'SERVER_FULL', '1226'],
    [1053, 'Server shutdown in progress', 'SERVER_NOT_READY', '1053'],
    [3032, 'The server is currently in offline mode', 'SERVER_NOT_READY', '3032'],
    [3024, 'maximum statement execution time exceeded', 'SERVER_TIMEOUT', '3024'],
    [1969, 'Query execution was interrupted (max_statement_time exceeded)', 'SERVER_TIMEOUT', '1969'],
    [1205, 'Lock wait timeout exceeded', 'SERVER_TIMEOUT', '1205'],
    [1317, 'Query execution was interrupted', 'SERVER_TIMEOUT', '1317'],
    [3159, 'Connections using insecure transport are prohibited', 'TLS_REQUIRED', '3159'],
    [1105, 'connection not permitted, SSL required', 'TLS_REQUIRED', 'without TLS'],
    [1105, 'unknown: transaction pool connection limit exceeded', 'QUERY_FAILED', '1105'],
    [1927, 'Connection was killed', 'CONNECTION_LOST', 'closed'],
    [4031, 'The client was disconnected by the server because of inactivity', 'CONNECTION_LOST', 'closed'],
    [1064, 'You have an error in your SQL syntax', 'QUERY_FAILED', '1064'],
  ])('%d: %s', (errno, message, code, says) => {
    const error = fromMysql(errno, message);
    const found = mysqlFailure(error, target('mysql'), spoken);
    expectFailure(found, code, says);
    expect(found.cause).toBe(error);
  });

  it('1045 without TLS may be because TLS is missing, and says so only then', () => {
    const hint = (mode: TlsMode) => mysqlFailure(fromMysql(1045), target('mysql', mode), spoken).hint;
    expect(hint('disable')).toContain('sslmode=require');
    expect(hint('prefer')).not.toContain('sslmode');
  });

  it.each<[string, string, ErrorCode]>([
    ['HANDSHAKE_NO_SSL_SUPPORT', 'Server does not support secure connection', 'TLS_UNSUPPORTED'],
    ['HANDSHAKE_SSL_ERROR', 'write EPROTO 0A00042E:SSL routines:tlsv1 alert protocol version', 'TLS_UNSUPPORTED'],
    ['HANDSHAKE_SSL_ERROR', 'Client network socket disconnected before secure TLS connection', 'CONNECTION_LOST'],
    ['PROTOCOL_CONNECTION_LOST', 'Connection lost: The server closed the connection.', 'CONNECTION_LOST'],
  ])('of mysql2 itself: %s, %s', (driverCode, message, code) => {
    const error = Object.assign(new Error(message), { code: driverCode, fatal: true });
    expectFailure(mysqlFailure(error, target('mysql'), spoken), code, 'db.internal:5432');
  });
});

describe.each(['postgres', 'mysql'] as const)('an error of the network, with %s', (protocol) => {
  const failureOf = protocol === 'postgres' ? postgresFailure : mysqlFailure;

  it.each<[string, ErrorCode]>([
    ['ENOTFOUND', 'HOST_UNKNOWN'],
    ['EAI_AGAIN', 'HOST_UNKNOWN'],
    ['ECONNREFUSED', 'CONNECT_REFUSED'],
    ['ENOENT', 'CONNECT_REFUSED'],
    ['EACCES', 'CONNECT_REFUSED'],
    ['ETIMEDOUT', 'CONNECT_TIMEOUT'],
    ['EHOSTUNREACH', 'CONNECT_TIMEOUT'],
    ['ENETUNREACH', 'CONNECT_TIMEOUT'],
    ['ECONNRESET', 'CONNECTION_LOST'],
    ['EPIPE', 'CONNECTION_LOST'],
    ['EPROTO', 'TLS_UNSUPPORTED'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS_UNSUPPORTED'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS_UNTRUSTED'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS_UNTRUSTED'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'TLS_UNTRUSTED'],
    ['CERT_HAS_EXPIRED', 'TLS_UNTRUSTED'],
    ['CERT_NOT_YET_VALID', 'TLS_UNTRUSTED'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_UNTRUSTED'],
  ])('%s is %s', (systemCode, code) => {
    expectFailure(failureOf(fromSystem(systemCode), target(protocol), unconnected), code, 'db.internal');
  });

  it('ETIMEDOUT on a line that stood is CONNECTION_LOST', () => {
    expectFailure(failureOf(fromSystem('ETIMEDOUT'), target(protocol), spoken), 'CONNECTION_LOST', 'db.internal:5432');
  });

  it('a certificate of an unknown authority asks for --ca, one for another host names a weaker sslmode', () => {
    const hint = (code: string) => failureOf(fromSystem(code), target(protocol), spoken).hint;
    expect(hint('UNABLE_TO_VERIFY_LEAF_SIGNATURE')).toContain('--ca');
    expect(hint('ERR_TLS_CERT_ALTNAME_INVALID')).toContain('sslmode=verify-ca');
  });

  it('silence before and after the first bytes is not the same', () => {
    const before = silence(target(protocol), { connected: true, greeting: undefined }, 5_000);
    expectFailure(before, 'SERVER_SILENT', 'accepted the connection, but did not answer within 5 s');
    const after = silence(target(protocol), { connected: true, greeting: Buffer.from('hello') }, 5_000);
    expectFailure(after, 'SERVER_SILENT', 'fell silent: no answer within 5 s');
    expect(before.hint).not.toBe(after.hint);
    expectFailure(silence(target(protocol), unconnected, 5_000), 'CONNECT_TIMEOUT', 'within 5 s');
  });
});
