import { describe, expect, it } from 'vitest';
import type { LoadSafety } from '../../../src/drivers/driver.ts';
import { sessionSql as mysqlSql } from '../../../src/drivers/mysql2/settings.ts';
import { sessionSql as postgresSql } from '../../../src/drivers/pg/settings.ts';

const safety: LoadSafety = {
  tag: 'poolctl-probe/1f3a',
  readOnly: true,
  statementTimeoutMs: 1_500.2,
  lockTimeoutMs: 200,
  idleTimeoutMs: 30_000,
};
const noTls = { tls: undefined };

describe('what a session of PostgreSQL is told', () => {
  it('sets each limit once, and only where the announced process answers', () => {
    const sql = postgresSql(safety, 41, '18.4', noTls);
    expect(sql).toContain('CASE WHEN pg_backend_pid() = 41 THEN ');
    expect([...sql.matchAll(/set_config\('(\w+)', '(\w+)', false\)/g)].map(([, name, value]) => [name, value])).toEqual(
      [
        ['default_transaction_read_only', 'on'],
        ['statement_timeout', '1501'],
        ['lock_timeout', '200'],
        ['idle_in_transaction_session_timeout', '30000'],
        ['idle_session_timeout', '30000'],
        ['client_connection_check_interval', '1000'],
      ],
    );
  });

  it.each(['12.22', '13.23 (Debian 13.23-1)'])('asks %s for nothing that came with 14', (version) => {
    expect(postgresSql(safety, 41, version, noTls)).not.toMatch(/idle_session_timeout|client_connection_check/);
  });

  it('leaves out what the platform has refused', () => {
    expect(postgresSql(safety, 41, '18.4', { ...noTls, cannotCheckClient: true })).not.toContain('client_connection');
  });

  it('says nothing of writes where the load may write', () => {
    expect(postgresSql({ ...safety, readOnly: false }, 41, '18.4', noTls)).not.toContain('read_only');
  });
});

describe('what a session of MySQL or MariaDB is told', () => {
  const common = 'lock_wait_timeout = 1, innodb_lock_wait_timeout = 1, wait_timeout = 30, interactive_timeout = 30';

  it.each([
    ['9.7.4', `transaction_read_only = 1, max_execution_time = 1501, ${common}`],
    ['8.0.36', `transaction_read_only = 1, max_execution_time = 1501, ${common}`],
    ['5.7.44-log', `tx_read_only = 1, max_execution_time = 1501, ${common}`],
    ['5.6.51', `tx_read_only = 1, ${common}`],
    [
      '10.11.19-MariaDB-0+deb12u1',
      `tx_read_only = 1, max_statement_time = 1.5002, ${common}, idle_transaction_timeout = 30`,
    ],
    ['11.0.2-MariaDB', `tx_read_only = 1, max_statement_time = 1.5002, ${common}, idle_transaction_timeout = 30`],
    ['10.2.44-MariaDB', `tx_read_only = 1, max_statement_time = 1.5002, ${common}`],
  ])('%s', (version, settings) => {
    expect(mysqlSql(safety, version)).toBe(`SET SESSION ${settings}`);
  });

  it('has no limit that would be none: less than a second is one', () => {
    const sql = mysqlSql({ ...safety, statementTimeoutMs: 0, lockTimeoutMs: 0, idleTimeoutMs: 0 }, '9.7.4');
    expect(sql).not.toMatch(/= 0\b/);
  });
});
