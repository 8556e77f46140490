import { describe, expect, it } from 'vitest';
import { normalApplicationName } from '../../../src/watch/application-name.ts';
import { groupSessions } from '../../../src/watch/grouping.ts';
import { group, manyGroups } from '../../helpers/watch-state.ts';

describe('the name of an application', () => {
  it.each([
    ['orders-api', 'orders-api'],
    ['orders-api-31337', 'orders-api'],
    ['orders-api (31337)', 'orders-api'],
    ['orders-api[31337]', 'orders-api'],
    ['orders pid=77', 'orders'],
    ['orders:5432', 'orders'],
    ['worker-6f1c2b9e-8d1e-4c5f-9a3b-0123456789ab', 'worker'],
    ['6f1c2b9e-8d1e-4c5f-9a3b-0123456789ab', 'id'],
    ['orders-7d9f8b6c5d-x2x9z', 'orders'],
    ['orders-4f2a1c9d8e7b', 'orders'],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'traceparent'],
    ['PostgreSQL JDBC Driver', 'PostgreSQL JDBC Driver'],
    ['pgAdmin 4 - DB:postgres', 'pgAdmin 4 - DB:postgres'],
    ['web-2', 'web-2'],
    ['billing-v2', 'billing-v2'],
    ['facade', 'facade'],
    ['', ''],
  ])('%s counts as %s', (name, normal) => {
    expect(normalApplicationName(name)).toBe(normal);
  });
});

describe('sessions are grouped', () => {
  it('by what was asked for, the processes of an application as one', () => {
    const groups = [
      group('api-1001', 3, { state: 'idle' }),
      group('api-1002', 2, { state: 'active' }),
      group('job', 4),
    ];
    expect(groupSessions(groups, { by: ['app'] })).toEqual([
      { application: 'api', connections: 5 },
      { application: 'job', connections: 4 },
    ]);
    expect(groupSessions(groups, { by: ['host', 'user'] })).toEqual([
      { user: 'app', client: '10.0.0.7', connections: 9 },
    ]);
  });

  it('into so many groups at most, and the rest into one', () => {
    const grouped = groupSessions(manyGroups(500), { by: ['host'], top: 50 });
    expect(grouped).toHaveLength(51);
    expect(grouped.at(-1)).toEqual({ application: 'other', connections: 450 });
    expect(grouped.reduce((sum, { connections }) => sum + connections, 0)).toBe(500);
  });
});
