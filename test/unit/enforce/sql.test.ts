import { describe, expect, it } from 'vitest';
import { enforced, quotaOf } from '../../helpers/enforce.ts';

const server = { name: 'orders', counts: 'server connections', usable: 100, usableIs: '103 less 3 reserved' } as const;
const lines = (text: string | undefined, start: RegExp) => (text ?? '').split('\n').filter((line) => start.test(line));

it('limits each role to the quota of its service, and says the sum and where it is from', async () => {
  const api = { pool: 10, processes: 2, mostInstances: 3, surgeInstances: 1, extras: 2 };
  const { files, notes } = await enforced('sql', [quotaOf('api', 82, api), quotaOf('worker', 10)], [server]);
  expect(lines(files['orders.sql'], /^(BEGIN|ALTER|COMMIT)/)).toEqual([
    'BEGIN;',
    'ALTER ROLE "api" CONNECTION LIMIT 82; -- api',
    'ALTER ROLE "worker" CONNECTION LIMIT 10; -- worker',
    'COMMIT;',
  ]);
  expect(files['orders.sql']).toContain(
    [
      '-- Written by poolctl fleet from fleet.yaml.',
      '-- orders: the quotas add up to 92 connections of 100 usable (103 less 3 reserved).',
      '--   api: 82 = pool 10 x processes 2 x instances (3 + 1 in a roll-out) + 2 outside the pools',
    ].join('\n'),
  );
  expect(notes).toEqual([]);
});

describe('quotas that add up to more than fits', () => {
  const quotas = [quotaOf('api', 60), quotaOf('worker', 60)];

  it('is said of the sum where not all roll out at once', async () => {
    const { files } = await enforced('sql', quotas, [{ ...server, worstMinute: { connections: 95 } }]);
    expect(files['orders.sql']).toContain('the worst minute has 95');
    expect(files['orders.sql']).not.toContain('DO NOT FIT');
  });

  it('is an alarm where the worst minute is too large', async () => {
    const { files } = await enforced('sql', quotas, [{ ...server, worstMinute: { connections: 110 } }]);
    expect(files['orders.sql']).toContain('THEY DO NOT FIT: 10 too many in the worst minute.');
  });
});

it.each([
  ['postgres', 'ALTER ROLE "a""b`c\\d;--" CONNECTION LIMIT 5;', `IN (E'a"b\`c\\\\d;--')`],
  [
    'mysql',
    'ALTER USER `a"b``c\\d;--`@`%` WITH MAX_USER_CONNECTIONS 5;',
    `CONVERT(x'612262605c643b2d2d'`.replace('612262605c', '61226260635c'),
  ],
] as const)('quotes a hostile name for %s', async (engine, statement, literal) => {
  const { files } = await enforced('sql', [quotaOf('api', 5, { engine, role: 'a"b`c\\d;--' })]);
  expect(files['orders.sql']).toContain(statement);
  expect(files['orders.save.sql']).toContain(literal);
});

it('takes user and host of an account of MySQL apart, at the last @', async () => {
  const { files } = await enforced('sql', [quotaOf('api', 5, { engine: 'mariadb', role: 'api@tenant@10.%' })]);
  expect(files['orders.sql']).toContain('ALTER USER `api@tenant`@`10.%` WITH MAX_USER_CONNECTIONS 5;');
});

it.each([
  ['postgres', 'x'.repeat(64), 'at most 63 bytes'],
  ['postgres', 'ö'.repeat(32), 'at most 63 bytes'],
  ['mysql', 'x'.repeat(129), 'at most 32 characters'],
] as const)('refuses a name that is too long for %s', async (engine, role, hint) => {
  await expect(enforced('sql', [quotaOf('api', 5, { engine, role })])).rejects.toMatchObject({
    code: 'VALUE_INVALID',
    hint: expect.stringContaining(hint),
  });
});

it('limits a role that services share to their sum, and has statements for a role each', async () => {
  const { files, notes } = await enforced('sql', [
    quotaOf('api', 6, { role: 'app' }),
    quotaOf('worker', 4, { role: 'app' }),
  ]);
  expect(lines(files['orders.sql'], /^ALTER/)).toEqual(['ALTER ROLE "app" CONNECTION LIMIT 10; -- api 6 + worker 4']);
  expect(files['orders.sql']).toContain('-- CREATE ROLE "worker" LOGIN IN ROLE "app" CONNECTION LIMIT 4;');
  expect(notes[0]).toContain('api and worker share the role "app"');
});

it('limits nobody whose role is not known, and says so', async () => {
  const { role: _, ...roleless } = quotaOf('api', 6);
  const { files, notes } = await enforced('sql', [roleless]);
  expect(lines(files['orders.sql'], /^ALTER/)).toEqual([]);
  expect(files['orders.sql']).toContain('-- CREATE ROLE "api" LOGIN CONNECTION LIMIT 6;');
  expect(notes[0]).toContain('no role is known of api');
});

it.each(['postgres', 'mysql', 'mariadb'] as const)(
  'never locks a role out by itself: a quota of 0 is a comment for %s',
  async (engine) => {
    const { files, notes } = await enforced('sql', [quotaOf('api', 0, { engine })]);
    expect(lines(files['orders.sql'], /^ALTER/)).toEqual([]);
    expect(files['orders.sql']).toMatch(
      engine === 'postgres' ? /-- ALTER ROLE "api" CONNECTION LIMIT 0;/ : /-- ALTER USER `api`@`%` ACCOUNT LOCK;/,
    );
    expect(notes[0]).toContain('is 0');
  },
);

it('gives a role the greater of its quotas on a primary and its replica, and writes no file for the replica', async () => {
  const { files, notes } = await enforced(
    'sql',
    [quotaOf('api', 10), quotaOf('api', 40, { server: 'reader' })],
    [server, { ...server, name: 'reader', replicaOf: 'orders' }],
  );
  expect(Object.keys(files)).toEqual(['orders.save.sql', 'orders.sql', 'orders.rollback.sql']);
  expect(lines(files['orders.sql'], /^ALTER/)).toEqual(['ALTER ROLE "api" CONNECTION LIMIT 40; -- api']);
  expect(notes.join()).toContain('"api" gets 40, its quota on the replica reader, and not 10');
});

it('adds what a role opens through a pooler to what it opens itself', async () => {
  const { role: _, ...pooler } = quotaOf('edge', 8, { kind: 'PgBouncer', pool: 4, mostInstances: 2 });
  const { files, notes } = await enforced('sql', [
    quotaOf('api', 10),
    pooler,
    ...['api', 'jobs'].map((role) => quotaOf(role, 30, { server: 'edge', counts: 'pooler clients' })),
  ]);
  expect(lines(files['orders.sql'], /^ALTER/)).toEqual([
    'ALTER ROLE "api" CONNECTION LIMIT 14; -- api 10 + through edge 4',
  ]);
  expect(lines(files['orders.sql'], /"jobs"/)).toEqual([
    '-- "jobs" comes through the pooler edge, which holds it to 4. Here too, a',
    '-- ALTER ROLE "jobs" CONNECTION LIMIT 4;',
  ]);
  expect(notes).toEqual([expect.stringContaining('Quotas of clients of a pooler are not in the SQL')]);
});

it('asks for the engine of a server where nobody says it', async () => {
  const { engine: _, ...quota } = quotaOf('api', 5);
  await expect(enforced('sql', [quota])).rejects.toMatchObject({
    code: 'VALUE_INVALID',
    message: 'The engine of the server orders is not known, and each has SQL of its own for limits.',
  });
});

it('keeps what files and names say within its comments', async () => {
  const hostile = { ...server, usableIs: '100 less 3 of x\nDROP DATABASE shop; --' };
  const { files } = await enforced('sql', [quotaOf('api', 5)], [hostile]);
  expect(lines(files['orders.sql'], /DROP DATABASE/)).toEqual([expect.stringMatching(/^-- /)]);
});
