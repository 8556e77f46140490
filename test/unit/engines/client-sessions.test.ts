import { describe, expect, it } from 'vitest';
import { isClient, isClientRow } from '../../../src/engines/mysql/client-sessions.ts';
import { clientSessions, limitHolders, postgresMajor } from '../../../src/engines/postgres/client-sessions.ts';

describe('the major version of a PostgreSQL', () => {
  it.each([
    ['18.4', 18],
    ['13.23 (Debian 13.23-1.pgdg120+1)', 13],
    ['9.6.24', 9],
    ['15devel', 15],
    ['PgBouncer 1.18.0/bouncer', 0],
  ])('in %s is %d', (version, major) => {
    expect(postgresMajor(version)).toBe(major);
  });
});

describe('a walsender', () => {
  const senders = 'SELECT pid FROM pg_stat_get_wal_senders()';

  it.each(['10.23', '11.22'])('takes a slot of max_connections on PostgreSQL %s, and is no client', (version) => {
    expect(limitHolders(version)).toContain(`(a.pid IN (${senders}) OR CASE WHEN`);
    expect(clientSessions(postgresMajor(version))).toContain('WHERE CASE');
  });

  it.each(['12.22', '13.18', '14.15', '15.10', '16.6', '17.2', '17beta1'])(
    'has slots of its own on PostgreSQL %s, and counts in the limits of its role and database, as autovacuum does',
    (version) => {
      expect(limitHolders(version)).toContain(
        `OR a.pid IN (${senders}) OR (a.datid IS NOT NULL AND a.usesysid IS NULL)`,
      );
      expect(limitHolders(version)).not.toContain('TRUE AS takes_slot');
    },
  );

  it.each(['13.19', '14.16', '15.11 (Debian 15.11-0+deb12u1)', '16.7', '17.3', '18.4', '19devel'])(
    'counts in no limit of clients on PostgreSQL %s',
    (version) => {
      expect(limitHolders(version)).toBe(clientSessions(postgresMajor(version)));
    },
  );
});

describe('kinds that this user may not see', () => {
  it.each([
    [16, 'a.backend_type IS NULL AS is_unsure'],
    [17, 'FALSE AS is_unsure'],
  ])('leave it open on PostgreSQL %d what is a client: %s', (major, column) => {
    expect(clientSessions(major)).toContain(column);
  });
});

it.each([
  ['Query', 'app', true],
  ['Connect', 'unauthenticated user', true],
  ['Connect', 'app', false],
  ['Daemon', 'app', false],
  ['Sleep', 'system user', false],
])('a row of PROCESSLIST with %s by %s is a client: %s', (command, user, expected) => {
  expect(isClientRow(command, user)).toBe(expected);
});

it('asks of MySQL only for the columns that it is given', () => {
  expect(isClient('p.COMMAND', 'p.USER').match(/\b[a-z]\.[A-Z_]+/g)).toEqual(
    expect.arrayContaining(['p.COMMAND', 'p.USER']),
  );
  expect(isClient('t.PROCESSLIST_COMMAND', 't.PROCESSLIST_USER')).not.toContain('p.COMMAND');
});
