import { describe, expect, it } from 'vitest';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import type { FleetCount } from '../../../src/budget/model.ts';
import type { ReadFleet } from '../../../src/fleet/read-fleet.ts';
import { readFiles } from '../../helpers/fleet-files.ts';

const deployment = (
  name: string,
  env: Readonly<Record<string, string>>,
  { replicas = 2, release = '' } = {},
) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}${release === '' ? '' : `, labels: {app.kubernetes.io/instance: ${release}}`}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - name: app
          image: registry.example/${name}:1
          env:
${Object.entries(env)
  .map(([key, value]) => `            - {name: ${key}, value: ${JSON.stringify(value)}}\n`)
  .join('')}`;

const postgres = (host: string, more: Readonly<Record<string, string>> = {}) => ({
  DATABASE_URL: `postgres://app@${host}/app`,
  ...more,
});

const count = (one: FleetCount) => (one.kind === 'known' ? one.value : `at least ${one.atLeast}`);

/** "api → orders: 5 (app)". */
function poolsOf({ model }: ReadFleet): string[] {
  return model.services.flatMap(({ name, pools }) =>
    pools.map(({ to, size, role }) => `${name} → ${to}: ${count(size)}${role === undefined ? '' : ` (${role})`}`),
  );
}

const ids = ({ findings }: ReadFleet) => findings.map(({ id }) => id);

describe('readFleet', () => {
  it('finds the server of a pool by host and port, whatever it is called there', async () => {
    const read = await readFiles({
      'fleet.yaml': `servers:
  orders: {hosts: [orders-rw.internal, 10.0.0.7], engine: postgres, maxConnections: 100}
  archive: {host: orders-rw.internal, port: 5433, engine: postgres, maxConnections: 50}
`,
      'k8s/a.yaml': deployment('a', postgres('orders-rw.internal:5432', { DB_POOL_MAX: '5' })),
      'k8s/b.yaml': deployment('b', postgres('10.0.0.7', { DB_POOL_MAX: '6' })),
      'k8s/c.yaml': deployment('c', postgres('orders-rw.internal:5433', { DB_POOL_MAX: '7' })),
    });
    expect(poolsOf(read)).toEqual(['a → orders: 5 (app)', 'b → orders: 6 (app)', 'c → archive: 7 (app)']);
    expect(read.model.servers.map(({ name }) => name)).toEqual(['orders', 'archive']);
  });

  it('makes a server of a host that nobody names, with an unknown limit and no budget', async () => {
    const read = await readFiles({ 'k8s/a.yaml': deployment('a', postgres('db', { DB_POOL_MAX: '5' })) });
    expect(read.model.servers).toMatchObject([
      {
        name: 'db',
        isBudgeted: false,
        limit: { kind: 'unknown', settledBy: 'Write maxConnections of servers.db in fleet.yaml.' },
      },
    ]);
  });

  it('takes the servers of poolctl.yaml where there is no fleet.yaml, and fails nothing by them', async () => {
    const read = await readFiles({
      'poolctl.yaml': 'servers:\n  db: {maxConnections: 80, others: 10}\n',
      'k8s/a.yaml': deployment('a', postgres('db', { DB_POOL_MAX: '5' })),
    });
    expect(read.model.servers).toMatchObject([
      { name: 'db', isBudgeted: false, limit: { maxConnections: 80, reserved: 3, others: [{ connections: 10 }] } },
    ]);
  });

  it('joins services that stand in repositories of their own, each with what it reads', async () => {
    const read = await readFiles(
      {
        'platform/servers/pg.yaml': 'server: pg\nhost: pg.internal\nengine: postgres\nmaxConnections: 100\n',
        'api/fleet.yaml': 'service: api\nread: [deploy]\nextras: {total: {leader: 1}}\n',
        'api/deploy/api.yaml': deployment('shop-api', postgres('pg.internal', { DB_POOL_MAX: '5' })),
        'api/deploy/staging/README.md': '',
        'worker/fleet.yaml': 'service: worker\n',
        'worker/k8s/worker.yaml': deployment('worker', postgres('pg.internal', { DB_POOL_MAX: '6' })),
      },
      ['platform', 'api', 'worker'],
    );
    expect(poolsOf(read)).toEqual(['api → pg: 5 (app)', 'worker → pg: 6 (app)']);
    expect(read.model.services[0]?.extras).toEqual([{ name: 'leader', connections: 1, to: 'pg', per: 'service' }]);
  });

  it('takes what is written over what is read, and tells the difference', async () => {
    const read = await readFiles({
      'fleet.yaml': `servers:
  pg: {maxConnections: 100}
services:
  a:
    instances: {max: 9, surge: 50%, processes: 4}
    pools: [{to: pg, connectionLimit: 12, setting: max, role: shop, nested: 2, priority: 3}]
`,
      'k8s/a.yaml': deployment('a', postgres('pg', { DB_POOL_MAX: '5' })),
    });
    expect(poolsOf(read)).toEqual(['a → pg: 12 (shop)']);
    expect(read.model.services).toMatchObject([
      {
        instances: { normal: { value: 2, from: 'replicas in k8s/a.yaml' }, most: { value: 9 } },
        surge: { kind: 'percent', percent: 50, rounds: 'up' },
        processes: { value: 4 },
        pools: [{ nested: 2, priority: 3, setting: 'max' }],
      },
    ]);
    expect(read.findings).toMatchObject([
      {
        id: 'written-and-read-differ',
        text: expect.stringMatching(
          /12 connections a process to pg, and DB_POOL_MAX in k8s\/a\.yaml says 5\. 12 counts\.$/,
        ),
      },
    ]);
  });

  it('leaves unknown what no file says, and says what settles it', async () => {
    const read = await readFiles({
      'fleet.yaml': 'servers:\n  pg: {maxConnections: 100}\nservices:\n  typed:\n    pools: [{to: pg}]\n',
      'k8s/a.yaml': deployment('a', postgres('pg')),
    });
    expect(poolsOf(read)).toEqual(['typed → pg: at least 1', 'a → pg: at least 1 (app)']);
    expect(read.model.services.map(({ instances }) => count(instances.most))).toEqual(['at least 1', 2]);
    expect(read.model.services[1]?.pools[0]?.size).toMatchObject({
      why: 'no file says how large its pool is',
      settledBy: 'Write connectionLimit of a pool of services.a in fleet.yaml.',
    });
  });

  it('rolls out together what one file deploys, unless the owner says how many releases roll at once', async () => {
    const both =
      deployment('a', postgres('pg', { DB_POOL_MAX: '5' })) +
      '---\n' +
      deployment('b', postgres('pg', { DB_POOL_MAX: '5' }));
    const releases = async (fleet: string) =>
      (await readFiles({ 'fleet.yaml': fleet, 'all.yaml': both })).model.services.map(({ release }) => release);
    expect(await releases('servers: {pg: {maxConnections: 9}}')).toEqual(['all.yaml', 'all.yaml']);
    expect(await releases('rolloutsAtOnce: 1\nservers: {pg: {maxConnections: 9}}')).toEqual([undefined, undefined]);
    expect(
      await releases('rolloutsAtOnce: 1\nservers: {pg: {maxConnections: 9}}\nservices: {a: {release: shop}}'),
    ).toEqual(['shop', undefined]);
  });

  it('asks of a pool that two servers may be for which one it is', async () => {
    const read = await readFiles({
      'fleet.yaml': 'servers:\n  a: {maxConnections: 9}\n  b: {maxConnections: 9}\n',
      'k8s/x.yaml': deployment('x', { DB_POOL_MAX: '5' }),
    });
    expect(poolsOf(read)).toEqual([]);
    expect(ids(read)).toEqual(['server-unclear']);
  });

  it('reads what a window, a schedule and a load say', async () => {
    const read = await readFiles({
      'fleet.yaml': `servers: {pg: {maxConnections: 100}}
services:
  a:
    instances: {normal: 1}
    window: {days: "fri-mon", from: "22:00", to: "02:00", timeZone: Europe/Berlin}
    runs: {cron: "0 3 * * *", timeZone: Europe/Berlin, lasts: 30m, overlaps: false}
    pools: [{to: pg, connectionLimit: 2, load: {totalTps: 12k/min, p95: 0.1s}}]
`,
    });
    expect(read.model.services[0]).toMatchObject({
      window: { days: [0, 1, 5, 6], fromMinute: 1_320, toMinute: 120, timeZone: 'Europe/Berlin' },
      runs: { kind: 'schedule', cron: '0 3 * * *', lastsMs: 1_800_000, overlaps: false },
      pools: [{ load: { workload: { arrivalRatePerSecond: 200, p95Ms: 100, scope: 'fleet' } } }],
    });
  });

  it('is empty for a folder without anything to read', async () => {
    const { model, findings, notes } = await readFiles({ 'README.md': '# nothing' });
    expect({ model, findings, notes }).toEqual({
      model: { servers: [], services: [], rolloutsAtOnce: 1 },
      findings: [],
      notes: [],
    });
  });
});

describe('a pooler', () => {
  const ini = (more: string) =>
    `[databases]\nshop = host=pg.internal port=5432\n[pgbouncer]\nmax_client_conn = 300\ndefault_pool_size = 20\nreserve_pool_size = 5\npool_mode = transaction\n${more}`;
  const fleet = (pooler: string) =>
    `servers: {pg: {host: pg.internal, engine: postgres, maxConnections: 100}}\npoolers: {edge: ${pooler}}\n`;
  const edge = async (pooler: string, more = '') => {
    const read = await readFiles({ 'fleet.yaml': fleet(pooler), 'edge.ini': ini(more) });
    const service = read.model.services.find((one) => one.pooler === 'edge');
    const clients = read.model.servers.find(({ name }) => name === 'edge');
    return { clients: clients?.limit, opens: service && count(service.pools[0]?.size as FleetCount), service };
  };

  it.each<[string, string, string, number | string]>([
    ['a pair a user', '{read: edge.ini, users: [a, b]}', '', 50],
    ['cut by max_db_connections, for each name', '{read: edge.ini, users: [a, b]}', 'max_db_connections = 30', 30],
    ['cut by max_user_connections', '{read: edge.ini, users: [a, b]}', 'max_user_connections = 10', 20],
    ['no more than its cap where nobody names the users', '{read: edge.ini}', 'max_db_connections = 30', 30],
    ['unknown where nothing caps it', '{read: edge.ini}', '', 'at least 25'],
    ['what its owner writes, over its files', '{read: edge.ini, pairs: 2, poolSize: 8, reserve: 0}', '', 16],
  ])('opens %s', async (_, pooler, more, opens) => {
    expect((await edge(pooler, more)).opens).toBe(opens);
  });

  it.each([
    ['ends clients in a query: that is told, since the query goes on at the server', 'query_timeout = 1.5', 1],
    ['does not: nothing is said', 'query_timeout = 0', 0],
    ['sets no query_timeout: nothing is said', '', 0],
  ])('%s', async (_, more, found) => {
    const read = await readFiles({ 'fleet.yaml': fleet('{read: edge.ini, users: [a]}'), 'edge.ini': ini(more) });
    const said = judgeFleet(read.model).findings.filter(({ id }) => id === 'pooler-cuts-queries');
    expect(said).toHaveLength(found);
    for (const { text } of said) expect(text).toMatch(/^edge: .* after 1\.5 s, and its query runs on at pg/);
  });

  it('has the client slots of all its processes', async () => {
    const { clients, service } = await edge('{read: edge.ini, instances: 2, processes: 3}');
    expect(clients).toMatchObject({ kind: 'limit', maxConnections: 1_800, reserved: 0 });
    expect(service).toMatchObject({
      instances: { most: { value: 2 } },
      processes: { value: 3 },
      unbounded: 'max_db_connections is off',
    });
  });
});

describe('how a Deployment replaces its pods', () => {
  it.each([
    [
      'by default',
      '',
      { surge: { percent: 25, rounds: 'up' }, replacedAtOnce: { percent: 25, rounds: 'down' }, terminates: true },
    ],
    [
      'without surge',
      '{type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}',
      { surge: { count: 0 }, replacedAtOnce: { count: 1 }, terminates: true },
    ],
    ['with Recreate', '{type: Recreate}', { surge: { count: 0 }, replacedAtOnce: { percent: 100 }, terminates: false }],
  ])('%s', async (_, strategy, replaces) => {
    const plain = deployment('a', postgres('pg', { DB_POOL_MAX: '5' }));
    const text = strategy === '' ? plain : plain.replace('  replicas: 2\n', `  replicas: 2\n  strategy: ${strategy}\n`);
    expect((await readFiles({ 'k8s/a.yaml': text })).model.services).toMatchObject([replaces]);
  });
});
