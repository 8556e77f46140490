import { describe, expect, it } from 'vitest';
import { isClient, isClientRow } from '../../../src/engines/mysql/client-sessions.ts';
import { clientSessions, postgresMajor, slotHolders } from '../../../src/engines/postgres/client-sessions.ts';

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
  it.each([10, 11])('takes a slot of max_connections on PostgreSQL %d, and is no client', (major) => {
    expect(slotHolders(major)).toMatch(/WHERE \(a\.pid IN \(SELECT pid FROM pg_stat_get_wal_senders\(\)\) OR /);
    expect(clientSessions(major)).toContain('WHERE CASE');
  });

  it.each([12, 16, 17, 18])('has slots of its own on PostgreSQL %d', (major) => {
    expect(slotHolders(major)).toBe(clientSessions(major));
  });
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
