import { expect, it } from 'vitest';
import { projectOf } from '../../helpers/lint-project.ts';

const lock = (quota: number) =>
  JSON.stringify({
    ...{ schema: 'poolctl.fleet-lock/1', inputs: '5b1c' },
    servers: [{ server: 'orders', counts: 'server connections', engine: 'postgres', usable: 97, budget: 'required' }],
    quotas: [
      {
        service: 'api',
        server: 'orders',
        quota,
        pool: 8,
        processes: 2,
        mostInstances: 4,
        surgeInstances: 2,
        extras: 2,
      },
    ],
  });

const code = (max: string) =>
  `import pg from 'pg';\nexport const pool = new pg.Pool({ max: ${max}, connectionTimeoutMillis: 5_000 });\npool.on('error', console.error);\nprocess.once('SIGTERM', () => pool.end());\n`;

const project = (max: string, more: Record<string, string> = {}) =>
  projectOf({
    'db.js': code(max),
    'package.json': '{ "name": "api" }',
    'fleet.lock.json': lock(98),
    'poolctl.yaml': '',
    ...more,
  });

it('says both sums, where each number comes from, and what fits', async () => {
  const { exitCode, stdout } = await project('9').lint('--format pretty');
  expect(exitCode).toBe(1);
  expect(stdout).toMatchInlineSnapshot(`
    "db.js:2:21 error fleet-quota-exceeded
      api may take 110 connections of orders, and its quota is 98: pool 9 x 2
      processes x (4 + 2 in a roll-out) instances + 2 beside the pools = 110.
       2 │ rt const pool = new pg.Pool({ max: 9, connectionTimeoutMillis: 5_000 });
         │                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      expected  at most 98; fleet.lock.json was written for pool 8 x 2 processes x
                (4 + 2 in a roll-out) instances + 2 beside the pools = 98
      leads to  The other services of orders have the rest: in its worst minute api
                takes what is theirs, and orders refuses new connections.
      fix       What fits: a pool of 8 a process, or 3 instances of this pool. Or
                ask for more: change fleet.yaml and write fleet.lock.json again with
                \`poolctl fleet --lock\`.
      see       db.js:2:21 pool 9: new pg.Pool
      see       fleet.lock.json:1:175 4 instances at most: by fleet.lock.json
      see       fleet.lock.json:1:175 2 processes: by fleet.lock.json
      see       fleet.lock.json:1:175 its quota of orders: 98

    ✗ 1 error in 3 files
      More: poolctl explain fleet-quota-exceeded
    "
  `);
});

it('finds nothing where the service is within its quota, and needs nothing but the lock', async () => {
  expect(await project('8').lint('--format pretty')).toMatchObject({ exitCode: 0 });
});

it('says of a size that is not known that it was not checked, and fails nothing by it', async () => {
  const { exitCode, stdout } = await project('Number(process.env.DB_MAX)').lint('--format pretty --explain');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('db.js:2: api may take more of orders than its quota of 98');
});

it('takes another file of that name for what it is', async () => {
  const found = await project('50', { 'fleet.lock.json': '{ "lockfileVersion": 3 }' }).lint('--format pretty');
  expect(found).toMatchObject({ exitCode: 0 });
});

it.each([
  [
    'a lock that is not there',
    'fleet: { lock: locks/fleet.json }',
    'error[CONFIG_INVALID]: poolctl.yaml: fleet.lock: locks/fleet.json cannot be read.',
  ],
  [
    'one outside of the repository',
    'fleet: { lock: ../fleet.lock.json }',
    'error[CONFIG_INVALID]: poolctl.yaml: fleet.lock: ../fleet.lock.json cannot be read.',
  ],
  [
    'a service that the lock does not have',
    'fleet: { service: app }',
    'error[CONFIG_INVALID]: poolctl.yaml: fleet.service: fleet.lock.json has no app. Did you mean "api"?',
  ],
])('refuses %s by one error', async (_what, config, error) => {
  const { exitCode, stderr } = await project('8', { 'poolctl.yaml': config }).lint('--format pretty');
  expect({ exitCode, first: stderr.split('\n')[0] }).toEqual({ exitCode: 2, first: error });
});

it('refuses a lock that two changes have broken, and says how to solve it', async () => {
  const broken = `${lock(98).slice(0, -1)}\n<<<<<<< HEAD\n}`;
  const { exitCode, stderr } = await project('8', { 'fleet.lock.json': broken }).lint('--format pretty');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('fleet.lock.json: two changes of it meet here.');
  expect(stderr).toContain('poolctl fleet --lock');
});
