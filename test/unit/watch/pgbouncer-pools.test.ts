import { expect, it } from 'vitest';
import type { Row } from '../../../src/engines/rows.ts';
import { poolsIn, withLoginWaits } from '../../../src/watch/looks/pgbouncer-pools.ts';

const busy = { database: 'shop', user: 'app', cl_active: '3', cl_waiting: '5', sv_active: '2', sv_idle: '1' };

interface Console {
  readonly pool?: Row;
  readonly database?: Row;
  readonly user?: Row;
  readonly config?: Readonly<Record<string, number>>;
}

/** The one pool of a console that answers so. */
function poolOf({ pool = {}, database = {}, user = {}, config = {} }: Console) {
  const [found] = poolsIn([{ ...busy, ...pool }], {
    config: new Map(Object.entries(config)),
    databases: [{ name: 'shop', ...database }],
    users: [{ name: 'app', ...user }],
  });
  return found;
}

it('counts the connections to the server in whatever state', () => {
  const pool = { sv_used: '1', sv_tested: '1', sv_login: '1', sv_active_cancel: '1', sv_being_canceled: '1' };
  expect(poolOf({ pool })).toMatchObject({ serversActive: 2, serversIdle: 1, servers: 8 });
});

it('waits are seconds with their fraction', () => {
  expect(poolOf({ pool: { maxwait: '7', maxwait_us: '250000' } })?.maxWaitSeconds).toBe(7.25);
});

it.each<[string, number | undefined, Console]>([
  ['pool_size of the database', 20, { database: { pool_size: '20' } }],
  ['pool_size of the user before it', 5, { database: { pool_size: '20' }, user: { pool_size: '        5' } }],
  ['that of the database where the user has none', 20, { database: { pool_size: '20' }, user: { pool_size: '' } }],
  ['max_db_connections below it', 8, { database: { pool_size: '20', max_connections: '8' } }],
  ['max_user_connections below it', 6, { database: { pool_size: '20' }, user: { max_user_connections: '6' } }],
  [
    'that of all users, in versions that do not say it by user',
    6,
    { database: { pool_size: '20' }, config: { max_user_connections: 6 } },
  ],
  ['the reserve, as soon as it is in use', 4, { database: { pool_size: '2', reserve_pool: '2' } }],
  ['not the reserve while it is not', 3, { database: { pool_size: '3', reserve_pool: '2' } }],
  ['none where 0 is any number', undefined, { database: { pool_size: '0', max_connections: '0' } }],
])('a pool is limited by %s: %j', (_, limit, console) => {
  expect(poolOf(console)?.limit).toBe(limit);
});

it('leaves out the console, and begins with the pool that most wait for', () => {
  const pools = poolsIn(
    [
      { ...busy, cl_waiting: '1' },
      { ...busy, user: 'jobs' },
      { ...busy, database: 'pgbouncer' },
    ],
    {
      ...{ config: new Map(), databases: [], users: [] },
    },
  );
  expect(pools.map(({ user, clientsWaiting }) => [user, clientsWaiting])).toEqual([
    ['jobs', 5],
    ['app', 1],
  ]);
});

it('a client that waits for its login has waited since it connected, by the clock of PgBouncer', () => {
  const pools = poolsIn([busy, { ...busy, database: 'forced', user: 'owner', cl_waiting: '1' }], {
    ...{ config: new Map(), databases: [], users: [] },
  });
  const at = (time: string) => `2026-11-30 ${time} CET`;
  const client = {
    user: 'app',
    database: 'shop',
    state: 'waiting',
    wait: '0',
    wait_us: '0',
    request_time: at('09:00:01'),
  };
  const seen = withLoginWaits(pools, [
    { ...client, connect_time: at('09:00:01') },
    { ...client, connect_time: at('08:59:59') },
    { ...client, database: 'forced', connect_time: at('09:00:04') },
    // Its query waits, and is in maxwait.
    { ...client, wait: '1', connect_time: at('07:00:00') },
    { ...client, state: 'idle', connect_time: at('07:00:00') },
    {
      user: 'stats',
      database: 'pgbouncer',
      state: 'active',
      request_time: at('09:00:09'),
      connect_time: at('08:00:00'),
    },
  ]);
  expect(seen.map(({ user, maxWaitSeconds }) => [user, maxWaitSeconds])).toEqual([
    ['app', 10],
    ['owner', 5],
  ]);
});
