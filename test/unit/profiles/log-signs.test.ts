import { describe, expect, it } from 'vitest';
import { LogSigns } from '../../../src/profiles/log-signs.ts';
import { allSigns } from '../../../src/profiles/signs.ts';
import { allSymptoms } from '../../../src/profiles/symptoms.ts';

const signs = await allSigns(await allSymptoms());

function read(log: string) {
  const reader = new LogSigns(signs);
  for (const line of log.split('\n')) reader.read(line);
  return reader.result().map(({ symptom, times, firstLine, lastLine }) => [symptom, times, firstLine, lastLine]);
}

/** As these programs write them, names and numbers apart. */
const lines: readonly (readonly [symptom: string, line: string])[] = [
  [
    'pool-exhausted',
    '2026-11-30 10:00:00 ERROR o.h.e.j.SqlExceptionHelper - HikariPool-1 - Connection is not available, request timed out after 30001ms (total=10, active=10, idle=0, waiting=42)',
  ],
  ['pool-exhausted', 'Error: timeout exceeded when trying to connect'],
  [
    'pool-exhausted',
    'KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?',
  ],
  [
    'pool-exhausted',
    'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)',
  ],
  [
    'pool-exhausted',
    'ActiveRecord::ConnectionTimeoutError (could not obtain a connection from the pool within 5.000 seconds (waited 5.002 seconds); all pooled connections were in use):',
  ],
  [
    'pool-exhausted',
    '** (DBConnection.ConnectionError) connection not available and request was dropped from queue after 152ms. This means requests are coming in and your connection pool cannot serve them fast enough.',
  ],
  [
    'pool-exhausted',
    "Npgsql.NpgsqlException (0x80004005): The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds) in your connection string.",
  ],
  ['pool-exhausted', 'thread main panicked: PoolTimedOut'],
  ['pool-exhausted', 'PrismaClientKnownRequestError: code: P2024'],
  [
    'transaction-ended',
    '[error] Postgrex.Protocol (#PID<0.1.0>) disconnected: ** (DBConnection.ConnectionError) client #PID<0.2.0> timed out because it queued and checked out the connection for longer than 15000ms',
  ],
  ['queue-full', 'Error: Queue limit reached.'],
  ['queue-full', 'java.sql.SQLException: maxWaitThreadCount 5, current wait Thread count 5'],
  ['pool-closed', 'error: attempted to acquire a connection on a closed pool'],
  ['pool-closed', 'Error: Pool has been closed'],
  ['connect-timeout', 'Error: Timeout occurred while creating a new object'],
  ['pooler-wait', 'FATAL: could not get connection from the pool - AllServersDown'],
  ['queue-full', '\u001b[31mError: Queue\u001b[0m\u001b[1m limit reached.\u001b[0m'],
  ['pool-exhausted', '{"level":"error","err":"context deadline exceeded","at":"pay.go:7"}'],
  [
    'pool-exhausted',
    `{"cookie":"${'c=1; '.repeat(1_000)}","err":{"message":"timeout exceeded when trying to connect"}}`,
  ],
  ['server-restarted', 'The MySQL server is running with the --read-only option so it cannot execute this statement'],
  ['server-full', '2026-11-30 10:00:00.000 UTC [77] FATAL:  sorry, too many clients already'],
  [
    'server-full',
    'psycopg2.OperationalError: FATAL:  remaining connection slots are reserved for non-replication superuser connections',
  ],
  ['server-full', 'ERROR 1040 (HY000): Too many connections'],
  ['account-full', 'FATAL:  too many connections for role "orders"'],
  ['pooler-full', 'FATAL: no more connections allowed (max_client_conn)'],
  ['pooler-wait', '2026-11-30 10:00:00 WARNING C-0x1: app/app@10.0.0.1:1 pooler error: query_wait_timeout'],
  ['pooler-mode', 'ERROR: prepared statement "s1" does not exist'],
  ['session-ended', 'Error: Connection lost: The server closed the connection.'],
  [
    'session-ended',
    'HikariPool-1 - Failed to validate connection org.postgresql.jdbc.PgConnection@1 (This connection has been closed.). Possibly consider using a shorter maxLifetime value.',
  ],
  ['transaction-ended', 'FATAL:  terminating connection due to idle-in-transaction timeout'],
  ['server-restarted', 'FATAL:  terminating connection due to administrator command'],
  ['statement-timeout', 'ERROR:  canceling statement due to statement timeout'],
  ['lock-wait', 'Lock wait timeout exceeded; try restarting transaction'],
  ['leak-reported', 'java.lang.Exception: Apparent connection leak detected'],
  ['program-paused', 'HikariPool-1 - Thread starvation or clock leap detected (housekeeper delta=51s20ms).'],
];

describe('a line of a log', () => {
  it.each(lines)('is told as %s: %s', (symptom, line) => {
    expect(read(line)).toEqual([[symptom, 1, 1, 1]]);
  });

  it.each([
    'GET /orders 200 in 1040 ms',
    'connection accepted from 10.0.0.1 port 53300',
    'the pool was cleaned, connection is fine',
    'Error: HTTP timeout of 30000ms exceeded',
    'read timed out',
    '** (DBConnection.ConnectionError) tcp connect (localhost:5432): timeout',
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api', port=443): Max retries exceeded",
    "MySqlConnector.MySqlException (0x80004005): Duplicate entry '1' for key 'PRIMARY'",
    '(Background on this error at: https://sqlalche.me/e/20/gkpj)',
    'The MySQL server is running with the --secure-file-priv option so it cannot execute this statement',
    'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    'Get "http://api": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    '',
  ])('is not made into one where it says nothing of connections to a database: %s', (line) => {
    expect(read(line)).toEqual([]);
  });
});

describe('a log', () => {
  it('is counted by cause, most frequent first, with the lines', () => {
    const one = lines[1]?.[1] ?? '';
    expect(read(['start', one, 'other', one, 'FATAL:  sorry, too many clients already', one].join('\n'))).toEqual([
      ['pool-exhausted', 3, 2, 6],
      ['server-full', 1, 5, 5],
    ]);
  });

  it('names all who say the same', () => {
    const reader = new LogSigns(signs);
    reader.read('Error: Too many connections');
    expect(reader.result()[0]?.by).toEqual(expect.arrayContaining(['servers/mariadb', 'servers/mysql']));
  });

  it('has one error where its stack and its causes say it again', () => {
    const trace = [
      'org.springframework.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection',
      '    at com.example.Orders.read(Orders.java:10)',
      'Caused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.',
      '    at com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)',
      'Caused by: org.postgresql.util.PSQLException: FATAL: sorry, too many clients already',
      'error: sorry, too many clients already',
      "  code: '53300',",
    ];
    expect(read(trace.join('\n'))).toEqual([
      ['pool-exhausted', 1, 3, 3],
      ['server-full', 1, 6, 6],
    ]);
  });
});
