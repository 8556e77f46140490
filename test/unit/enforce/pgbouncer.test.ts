import { expect, it } from 'vitest';
import { enforced, quotaOf } from '../../helpers/enforce.ts';

const clientsOf = (role: string, quota: number) => quotaOf(role, quota, { server: 'edge', counts: 'pooler clients' });
const settings = (text = '') => text.split('\n').filter((line) => /^\w|^\[/.test(line));

it('gives each process its part of what the pooler may open, and each user a share by its clients', async () => {
  const { files } = await enforced(
    'pgbouncer',
    [
      quotaOf('edge', 26, { kind: 'PgBouncer', pool: 4, processes: 3, mostInstances: 2 }),
      clientsOf('api', 40),
      clientsOf('jobs', 20),
    ],
    [{ name: 'edge', counts: 'pooler clients', usable: 600, usableIs: '100 x 6' }],
  );
  expect(settings(files['edge.ini'])).toEqual([
    'max_client_conn = 100',
    'max_db_connections = 4',
    'default_pool_size = 3',
    '[users]',
    'api = max_user_connections=3',
    'jobs = max_user_connections=1',
  ]);
  expect(files['edge.ini']).toContain('From 1.24 on: max_user_connections=3 max_user_client_connections=6');
});

it.each([
  [10, [6, 3, 1]],
  [2, [1, 1, 1]],
  [100, [67, 32, 1]],
])('divides %d connections among users of 67, 32 and 1 clients as %j: one at least each', async (quota, shares) => {
  const { files } = await enforced('pgbouncer', [
    quotaOf('edge', quota),
    ...[67, 32, 1].map((clients, index) => clientsOf(`user${index}`, clients)),
  ]);
  const found = [...(files['edge.ini'] ?? '').matchAll(/^user\d = max_user_connections=(\d+)$/gm)].map(([, share]) =>
    Number(share),
  );
  expect(found).toEqual(shares);
});

it('leaves out what nobody knows: what it may open, and users without a role', async () => {
  const { role: _, ...roleless } = clientsOf('api', 40);
  const { files, notes } = await enforced('pgbouncer', [roleless]);
  expect(settings(files['edge.ini'])).toEqual([]);
  expect(notes).toHaveLength(2);
});

it.each(['a b', 'a=b', 'a;b', '[x]'])('refuses the user %j, which would be no key of its file', async (role) => {
  const quotas = [quotaOf('edge', 4), clientsOf(role, 5)];
  await expect(enforced('pgbouncer', quotas)).rejects.toMatchObject({ code: 'VALUE_INVALID' });
});

it('refuses more processes than connections', async () => {
  const quotas = [quotaOf('edge', 4, { processes: 5 }), clientsOf('api', 5)];
  await expect(enforced('pgbouncer', quotas)).rejects.toThrow('5 processes for a quota of 4');
});
