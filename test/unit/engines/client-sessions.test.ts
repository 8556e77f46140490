import { describe, expect, it } from 'vitest';
import { isClient } from '../../../src/engines/mysql/client-sessions.ts';
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
  it.each([10, 11])('takes a slot of max_connections on PostgreSQL %d', (major) => {
    expect(slotHolders(major)).toContain('WHERE TRUE AND');
  });

  it.each([12, 16, 17, 18])('has slots of its own on PostgreSQL %d', (major) => {
    expect(slotHolders(major)).toContain('WHERE NOT w.is_walsender AND');
  });

  it.each([10, 13, 18])('is no session of a client on PostgreSQL %d', (major) => {
    expect(clientSessions(major)).toContain('WHERE NOT w.is_walsender AND');
  });
});

describe('kinds that this user may not see', () => {
  it.each([
    [16, 'backend_type IS NULL'],
    [17, 'FALSE'],
  ])('leave it open on PostgreSQL %d what is a client: %s', (major, column) => {
    expect(clientSessions(major)).toMatch(new RegExp(`${column}[^,]* AS is_unsure`));
  });
});

it('asks of MySQL only for the columns that it is given', () => {
  expect(isClient('p.COMMAND', 'p.USER').match(/\b[a-z]\.[A-Z_]+/g)).toEqual(
    expect.arrayContaining(['p.COMMAND', 'p.USER']),
  );
  expect(isClient('t.PROCESSLIST_COMMAND', 't.PROCESSLIST_USER')).not.toContain('p.COMMAND');
});
