import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/profiles/explain.ts';
import { fittingSigns } from '../../../src/profiles/fitting-signs.ts';
import { allSigns } from '../../../src/profiles/signs.ts';
import { allSymptoms } from '../../../src/profiles/symptoms.ts';

describe('what users see is explained', () => {
  it.each([
    ['HikariPool-1 - Connection is not available', 'drivers/hikaricp'],
    ['HikariPool-1 - Connection is not available, request timed out after 30000ms.', 'drivers/hikaricp'],
    ['QueuePool limit', 'drivers/sqlalchemy'],
    ['QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00', 'drivers/sqlalchemy'],
    ["User 'app' has exceeded the 'max_user_connections' resource (current value: 10)", 'ER_USER_LIMIT_REACHED'],
    ['ResourceRequest timed out', 'drivers/generic-pool'],
    ['Knex: Timeout acquiring a connection. The pool is probably full.', 'drivers/knex'],
    ['P2024', 'drivers/prisma-engine'],
    ['Error: timeout exceeded when trying to connect', 'poolctl explain acquire-timeout'],
    ['Queue limit reached.', 'drivers/mysql2'],
    ['FATAL:  sorry, too many clients already', 'max-connections'],
    ['too many clients', 'servers/postgres'],
    ['remaining connection slots are reserved', 'reserved_connections'],
    ['53300', 'account-full'],
    ['1040', 'ER_CON_COUNT_ERROR'],
    ['ER_CON_COUNT_ERROR', '1040'],
    ['psycopg_pool.PoolTimeout', 'drivers/psycopg-pool'],
    ['query_wait_timeout', 'default 120 s'],
    ['max_client_conn', 'default 100'],
    ['wait_timeout', 'servers/mysql'],
    ['maximumPoolSize', 'drivers/hikaricp'],
    ['terminating connection due to idle-in-transaction timeout', 'connection-lost'],
    ['PROTOCOL_CONNECTION_LOST', 'connection-lost'],
    ['ECONNRESET', 'connection-lost'],
    ['idle in transaction', 'IDLE_IN_TRANSACTION'],
    ['leak', 'never given back'],
    ['pool exhausted', 'explain leak'],
    ['pgbouncer', 'poolers/pgbouncer'],
    ['lambda', 'platforms/lambda'],
    ['serverless', 'reserved concurrency'],
    ['pinning', 'transaction-pooler'],
    ['hpa', 'rolling-deploy'],
  ])('%s', async (seen, told) => {
    expect((await explain(seen)).text).toContain(told);
  });
});

describe('a message', () => {
  const profilesOf = async (seen: string) =>
    [...new Set(fittingSigns(seen, await allSigns(await allSymptoms())).map(({ by }) => by))].sort();

  it('with a code in it is that of the code', async () => {
    expect(await profilesOf('ERROR 1040 (HY000): Too many connections')).toEqual([
      'poolers/proxysql',
      'servers/mariadb',
      'servers/mysql',
    ]);
  });

  it.each([
    'nothing-like-it',
    'HTTP request timed out after 3000ms',
    'connection',
    'timeout',
    'the pool',
    'size',
    'a',
    '',
  ])('is not guessed from "%s"', async (seen) => {
    expect(await profilesOf(seen)).toEqual([]);
  });

  it('is not found within the name of another setting', async () => {
    expect(await profilesOf('wait_timeout')).toEqual(['servers/mysql']);
  });
});

it.each(['nothing-like-it', 'bat', 'postgres://app:hunter2@db.internal/shop', '(((', '<script>'])(
  '%s is unknown',
  async (name) => {
    await expect(explain(name)).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' });
  },
);

it('names no address, credential or text of the user', async () => {
  const { text } = await explain('secret-token-4711: sorry, too many clients already');
  expect(text).not.toContain('4711');
});
