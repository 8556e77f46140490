import { describe, expect, it } from 'vitest';
import type { FleetAnswer } from '../../../src/budget/answer.ts';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import type { FleetModel } from '../../../src/budget/model.ts';
import { fleetModel, unknown } from '../../helpers/fleet.ts';

/** One line for a server: usable, normal, scaled out, worst minute, with terminating, left, verdict. */
function serverLines({ servers }: FleetAnswer): string[] {
  return servers.map(({ name, usable, normal, scaledOut, worstMinute, withTerminating, left, fits }) =>
    [
      name,
      usable,
      ...[normal, scaledOut, worstMinute, withTerminating].map(({ connections }) => connections),
      left,
      fits,
    ]
      .map((value) => value ?? '?')
      .join(' '),
  );
}

/** One line for a service at a server: pool, worst, share, largest pool, most instances. */
function serviceLine({ services }: FleetAnswer, name: string, server?: string): string {
  const row = services.find((one) => one.name === name && (server === undefined || one.server === server));
  const pool = row?.pool.kind === 'known' ? row.pool.value : '?';
  return [pool, row?.worst.connections, row?.share, row?.largestPool, row?.mostInstances]
    .map((one) => one ?? '?')
    .join(' ');
}

function findings(model: FleetModel): string[] {
  return judgeFleet(model).findings.map(({ id, severity }) => `${severity} ${id}`);
}

describe('one service beside others on a shared server', () => {
  const at = (pool: number) =>
    fleetModel({
      servers: { 'pg-shared': { maxConnections: 200, others: 105 } },
      services: { catalog: { pool, normal: 2, most: 7, surge: '25%', terminates: true } },
    });

  it('counts the autoscaler at its most and the surge, rounded up', () => {
    const answer = judgeFleet(at(24));
    expect(serverLines(answer)).toEqual(['pg-shared 92 48 168 216 336 -124 no']);
    expect(serviceLine(answer, 'catalog')).toBe('24 216 92 10 2');
    expect(answer.servers[0]?.usableIs).toBe('200 less 3 reserved and 105 of others');
    expect(answer.services[0]?.worstIs).toBe('(7 + 2 in a roll-out) x 24');
    expect(answer.findings[0]).toMatchObject({
      id: 'budget-exceeded',
      text: 'pg-shared: 168 of 92 connections when all is scaled out, 216 while catalog rolls out; 48 in normal running.',
      hint: 'Of catalog, a pool of 10 fits, or 2 instances with 24.',
    });
  });

  it('says what old instances may keep, without failing by it', () => {
    const answer = judgeFleet(at(10));
    expect(serverLines(answer)).toEqual(['pg-shared 92 20 70 90 140 2 yes']);
    expect(serviceLine(answer, 'catalog')).toBe('10 90 92 10 7');
    expect(answer.findings.map(({ text }) => text)).toEqual([
      'pg-shared: 140 of 92 connections if old instances of catalog keep theirs until a roll-out is over: 48 too many.',
    ]);
  });
});

describe('seven services of one release', () => {
  const at = (ledger: number, other: number) =>
    fleetModel({
      servers: { pg: { maxConnections: 100, others: 10 } },
      services: Object.fromEntries(
        [['ledger', ledger] as const, ...[1, 2, 3, 4, 5, 6].map((n) => [`s${n}`, other] as const)].map(
          ([name, pool]) => [name, { pool, surge: '25%', terminates: true, release: 'tally' }],
        ),
      ),
    });

  it('rolls them together: one replica is two in every roll-out', () => {
    expect(serverLines(judgeFleet(at(40, 15)))).toEqual(['pg 87 130 130 260 260 -173 no']);
    expect(serviceLine(judgeFleet(at(40, 15)), 'ledger')).toBe('40 80 0 0 0');
    expect(serviceLine(judgeFleet(at(40, 15)), 's3')).toBe('15 30 0 0 0');
    expect(serverLines(judgeFleet(at(12, 5)))).toEqual(['pg 87 42 42 84 84 3 yes']);
    expect(serviceLine(judgeFleet(at(12, 5)), 'ledger')).toBe('12 24 27 13 1');
    expect(findings(at(12, 5))).toEqual([]);
  });

  it('rolls releases together too where the owner says all', () => {
    const { servers, services } = at(40, 15);
    const apart = { servers, services: services.map((service) => ({ ...service, release: service.name })) };
    expect(serverLines(judgeFleet({ ...apart, rolloutsAtOnce: 'all' }))).toEqual(['pg 87 130 130 260 260 -173 no']);
    expect(serverLines(judgeFleet({ ...apart, rolloutsAtOnce: 1 }))).toEqual(['pg 87 130 130 170 170 -83 no']);
    expect(serverLines(judgeFleet({ ...apart, rolloutsAtOnce: 2 }))).toEqual(['pg 87 130 130 185 185 -98 no']);
    expect(judgeFleet({ ...apart, rolloutsAtOnce: 1 }).servers[0]?.worstMinute.rolling).toEqual(['ledger']);
  });
});

it('rounds the percentage of ECS down, and opens what new tasks open at the start', () => {
  const at = (pool: number) =>
    fleetModel({
      servers: { 'parcel-pg': { maxConnections: 240, others: 32 } },
      services: {
        api: { pool, normal: 6, most: 8, surge: '100% down', extras: { perNewInstance: { 'schema-check': 1 } } },
        worker: { pool: 4, normal: 5, surge: '50% down' },
      },
    });
  expect(serverLines(judgeFleet(at(21)))).toEqual(['parcel-pg 205 146 188 364 364 -159 no']);
  expect(serviceLine(judgeFleet(at(21)), 'api')).toBe('21 344 185 11 4');
  expect(serviceLine(judgeFleet(at(21)), 'worker')).toBe('4 28 37 5 6');
  expect(serverLines(judgeFleet(at(10)))).toEqual(['parcel-pg 205 80 100 188 188 17 yes']);
  expect(serviceLine(judgeFleet(at(10)), 'api')).toBe('10 168 185 11 8');
  expect(serviceLine(judgeFleet(at(10)), 'worker')).toBe('4 28 125 17 21');
  // While api rolls out, 205 - 168 are left for it: 5 x 7 and 9 x 4.
  expect(judgeFleet(at(10)).services[1]?.inAnyMinute).toEqual({ largestPool: 7, mostInstances: 9 });
  expect(findings(at(10))).toEqual([]);
});

it('counts old instances in the worst minute where the owner says so, against what the owner granted', () => {
  const at = (query: number, countsTerminating = true) =>
    fleetModel({
      servers: { cloudsql: { maxConnections: 580, granted: 560, countsTerminating } },
      services: {
        web: {
          ...{ pools: [{ size: query + 5, parts: { query, cache: 5 } }], normal: 4, most: 8 },
          ...{ surge: 1, terminates: true, release: 'shop', extras: { perInstance: { listen: 1 } } },
        },
        worker: {
          ...{ pools: [{ size: query + 5 }], normal: 3, surge: '25%' },
          ...{ terminates: true, release: 'shop', extras: { perInstance: { listen: 1 } } },
        },
      },
    });
  const answer = judgeFleet(at(20));
  expect(serverLines(answer)).toEqual(['cloudsql 560 182 286 572 572 -12 no']);
  expect(serviceLine(answer, 'web')).toBe('26 416 404 25 7');
  expect(serviceLine(answer, 'worker')).toBe('26 156 144 24 2');
  expect(answer.services[0]?.parts).toEqual([
    { name: 'query', connections: 20 },
    { name: 'cache', connections: 5 },
    { name: 'listen', connections: 1 },
  ]);
  expect(serverLines(judgeFleet(at(18)))).toEqual(['cloudsql 560 168 264 528 528 32 yes']);
  expect(serviceLine(judgeFleet(at(18)), 'web')).toBe('24 384 416 26 8');
  expect(serviceLine(judgeFleet(at(18)), 'worker')).toBe('24 144 176 29 3');
  expect(findings(at(18))).toEqual([]);
  expect(serverLines(judgeFleet(at(20, false)))).toEqual(['cloudsql 560 182 286 338 572 222 yes']);
});

describe('poolers', () => {
  const tollgate = (critical: number) =>
    fleetModel({
      servers: {
        'bouncer-primary': { counts: 'pooler clients', maxConnections: 3000 },
        'bouncer-replica': { counts: 'pooler clients', maxConnections: 600 },
        'pg-primary': { maxConnections: 500 },
        'pg-replica': { maxConnections: 200 },
      },
      services: {
        'tollgate-server': {
          ...{ kind: 'StatefulSet', normal: 16, processes: 4 },
          pools: [
            { size: critical + 12, to: 'bouncer-primary' },
            { size: 5, to: 'bouncer-replica' },
          ],
        },
        'workers and cron': { extras: { total: { clients: 200 } } },
        'bouncer-primary': { pool: 150, normal: 3, to: 'pg-primary', pooler: 'bouncer-primary' },
        'bouncer-replica': { pool: 80, to: 'pg-replica', pooler: 'bouncer-replica' },
      },
    });

  it('are two budgets: of their clients, and of what they open', () => {
    const answer = judgeFleet(tollgate(50));
    expect(serverLines(answer)).toEqual([
      'bouncer-primary 3000 4168 4168 4168 4168 -1168 no',
      'bouncer-replica 600 320 320 320 320 280 yes',
      'pg-primary 497 450 450 450 450 47 yes',
      'pg-replica 197 80 80 80 80 117 yes',
    ]);
    expect(serviceLine(answer, 'tollgate-server')).toBe('62 3968 2800 43 11');
    expect(findings(tollgate(50))).toEqual(['error pooler-clients-exceeded']);
    expect(answer.findings[0]?.text).toBe('bouncer-primary: 4168 of 3000 clients in normal running already.');
  });

  it('say when they need every instance', () => {
    const answer = judgeFleet(tollgate(24));
    expect(serviceLine(answer, 'tollgate-server')).toBe('36 2304 2800 43 19');
    expect(answer.findings.map(({ text }) => text)).toEqual([
      'bouncer-primary: 2504 clients need all 3 instances; while one restarts, 2000 fit.',
    ]);
  });

  it('run out of clients while their server is idle', () => {
    const at = (pool: number) =>
      fleetModel({
        servers: {
          pgbouncer: { counts: 'pooler clients', maxConnections: 5000 },
          aurora: { maxConnections: 2000 },
        },
        services: {
          main: { pool, normal: 8 },
          worker: { pool, normal: 20, most: 240, surge: '25%', terminates: true },
          webhook: { pool, normal: 12, most: 120, surge: '25%', terminates: true },
          pgbouncer: { pool: 450, normal: 2, to: 'aurora', pooler: 'pgbouncer' },
        },
      });
    expect(serverLines(judgeFleet(at(18)))).toEqual([
      'pgbouncer 5000 720 6624 7704 10944 -2704 no',
      'aurora 1997 900 900 900 900 1097 yes',
    ]);
    expect(serviceLine(judgeFleet(at(18)), 'worker')).toBe('18 5400 2696 8 119');
    expect(serviceLine(judgeFleet(at(18)), 'webhook')).toBe('18 2700 536 3 23');
    expect(serverLines(judgeFleet(at(11)))[0]).toBe('pgbouncer 5000 440 4048 4708 6688 292 yes');
    expect(serviceLine(judgeFleet(at(11)), 'worker')).toBe('11 3300 3592 11 260');
    expect(findings(at(11))).toEqual(['info terminating-pods', 'info pooler-minus-one']);
  });

  it('without a cap can exhaust the server they protect', () => {
    const at = (pool: number, unbounded?: string) =>
      fleetModel({
        servers: { 'duct-db': { maxConnections: 5000, reserved: 5, others: 6 } },
        services: {
          pgbouncer: {
            pool,
            normal: 6,
            surge: '25%',
            terminates: true,
            pooler: 'clients',
            ...(unbounded && { unbounded }),
          },
        },
      });
    const answer = judgeFleet(at(1500, 'max_db_connections is off'));
    expect(serverLines(answer)).toEqual(['duct-db 4989 9000 9000 12000 18000 -7011 no']);
    expect(serviceLine(answer, 'pgbouncer')).toBe('1500 12000 4989 623 2');
    expect(answer.findings.map(({ severity, text }) => `${severity} ${text}`)).toEqual([
      'error duct-db: 9000 of 4989 connections in normal running already, 12000 while pgbouncer rolls out.',
      'error pgbouncer: may open 9000 of 4989 connections to duct-db in normal running: max_db_connections is off.',
    ]);
    expect(serverLines(judgeFleet(at(400)))).toEqual(['duct-db 4989 2400 2400 3200 4800 1789 yes']);
    expect(serviceLine(judgeFleet(at(400)), 'pgbouncer')).toBe('400 3200 4989 623 9');
    expect(findings(at(400))).toEqual([]);
  });
});

it('takes a new revision of Cloud Run for a second set, or for one instance more where the service has the limit', () => {
  const at = (pool: number, surge: '100%' | 1) =>
    fleetModel({
      servers: { 'clinic-uat': { estimatedBy: 'gcp-cloud-sql-postgres db-custom-1-3840' } },
      services: { 'clinic-api': { pool, normal: 1, most: 3, processes: 2, surge } },
    });
  expect(serverLines(judgeFleet(at(18, '100%')))).toEqual(['clinic-uat 97 36 108 216 216 -119 no']);
  expect(serviceLine(judgeFleet(at(18, '100%')), 'clinic-api')).toBe('18 216 97 8 1');
  expect(judgeFleet(at(18, '100%')).services[0]?.worstIs).toBe('(3 + 3 in a roll-out) x 2 processes x 18');
  expect(serverLines(judgeFleet(at(10, 1)))).toEqual(['clinic-uat 97 20 60 80 80 17 yes']);
  expect(serviceLine(judgeFleet(at(10, 1)), 'clinic-api')).toBe('10 80 97 12 3');
  expect(findings(at(10, 1))).toEqual(['warning limit-estimated']);
});

describe('limits of roles', () => {
  const skein = (pool: number) =>
    fleetModel({
      servers: { pg: { roles: { skein: 60 } } },
      services: {
        'skein-control-plane': {
          ...{ pools: [{ size: pool, role: 'skein' }], normal: 3, surge: '25%', terminates: true },
          extras: { perInstance: { health: 2 }, total: { leader: 1 } },
        },
      },
    });

  it('bind before the server does where every service logs in with the role', () => {
    const answer = judgeFleet(skein(20));
    expect(serverLines(answer)).toEqual(['pg 60 67 67 89 133 -29 no']);
    expect(serviceLine(answer, 'skein-control-plane')).toBe('22 89 60 14 1');
    expect(answer.servers[0]?.usableIs).toBe('60 of the role skein; the server has 97');
    expect(answer.findings[0]).toMatchObject({
      text: 'pg: 67 of 60 connections in normal running already, 89 while skein-control-plane rolls out; the role skein is refused, not the others.',
      hint: 'Of skein-control-plane, a pool of 12 fits, or 1 instance with 20.',
    });
    expect(serverLines(judgeFleet(skein(12)))).toEqual(['pg 60 43 43 57 85 3 yes']);
    expect(serviceLine(judgeFleet(skein(12)), 'skein-control-plane')).toBe('14 57 60 14 3');
    expect(findings(skein(12))).toEqual(['info terminating-pods']);
  });

  it('are budgets of their own where others use the server too', () => {
    const model = fleetModel({
      servers: { pg: { maxConnections: 200, roles: { app: 30, jobs: 50 } } },
      services: {
        api: { pools: [{ size: 10, role: 'app' }], normal: 2, surge: 1 },
        admin: { pools: [{ size: 8, role: 'app' }] },
        jobs: { pools: [{ size: 20, role: 'jobs' }] },
      },
    });
    const answer = judgeFleet(model);
    expect(
      answer.servers[0]?.roles?.map(({ role, limit, worstMinute, fits }) => [
        role,
        limit,
        worstMinute.connections,
        fits,
      ]),
    ).toEqual([
      ['app', 30, 38, 'no'],
      ['jobs', 50, 20, 'yes'],
    ]);
    expect(serviceLine(answer, 'api')).toBe('10 30 22 7 1');
    expect(answer.findings.map(({ text }) => text)).toEqual([
      'pg: 38 of the 30 connections of the role app in the worst minute, by api and admin.',
    ]);
  });
});

it('counts serverless functions by their most, and nothing for a roll-out that adds none', () => {
  const at = (pool: number) =>
    fleetModel({
      servers: { pg: { maxConnections: 200 } },
      services: { web: { pool, normal: 8, most: 25 }, backend: { pool: 10, normal: 2 }, cron: { pool: 10 } },
    });
  expect(serverLines(judgeFleet(at(10)))).toEqual(['pg 197 110 280 280 280 -83 no']);
  expect(serviceLine(judgeFleet(at(10)), 'web')).toBe('10 250 167 6 16');
  expect(serverLines(judgeFleet(at(3)))).toEqual(['pg 197 54 105 105 105 92 yes']);
  expect(serviceLine(judgeFleet(at(3)), 'web')).toBe('3 75 167 6 55');
});

it('has no pool that fits where a single connection of each instance is too much', () => {
  const at = (pool: number, most: number) =>
    fleetModel({
      servers: { deckcards: { maxConnections: 112 } },
      services: { 'all functions': { pool, normal: 0, most } },
    });
  expect(serverLines(judgeFleet(at(10, 1000)))).toEqual(['deckcards 109 0 10000 10000 10000 -9891 no']);
  expect(serviceLine(judgeFleet(at(10, 1000)), 'all functions')).toBe('10 10000 109 0 10');
  expect(serviceLine(judgeFleet(at(3, 31)), 'all functions')).toBe('3 93 109 3 36');
});

it('multiplies the processes of an instance', () => {
  const at = (web: number, pool: number, worker: number) =>
    fleetModel({
      servers: { db: {} },
      services: { api: { pool, processes: web }, worker: { pool: 15, processes: worker }, plugins: { pool: 30 } },
    });
  expect(serverLines(judgeFleet(at(12, 20, 4)))).toEqual(['db 97 330 330 330 330 -233 no']);
  expect(serviceLine(judgeFleet(at(12, 20, 4)), 'api')).toBe('20 240 7 0 0');
  expect(serviceLine(judgeFleet(at(12, 20, 4)), 'worker')).toBe('15 60 0 0 0');
  expect(serverLines(judgeFleet(at(3, 10, 2)))).toEqual(['db 97 90 90 90 90 7 yes']);
  expect(serviceLine(judgeFleet(at(3, 10, 2)), 'api')).toBe('10 30 37 12 1');
});

it('judges each endpoint of a replication on its own, and says what a failover brings together', () => {
  const at = (size: number) =>
    fleetModel({
      servers: {
        rw: {},
        'ro-1': { others: 20, replicaOf: 'rw' },
        'ro-2': { others: 20, replicaOf: 'rw' },
      },
      services: {
        'mosaic-api': {
          ...{ normal: 4, surge: 1, terminates: true },
          pools: [{ size }, { size, to: 'ro-1' }, { size, to: 'ro-2' }],
        },
      },
    });
  const answer = judgeFleet(at(20));
  expect(serverLines(answer)).toEqual([
    'rw 97 80 80 100 160 -3 no',
    'ro-1 77 80 80 100 160 -23 no',
    'ro-2 77 80 80 100 160 -23 no',
  ]);
  expect(serviceLine(answer, 'mosaic-api', 'rw')).toBe('20 100 97 19 3');
  expect(serviceLine(answer, 'mosaic-api', 'ro-1')).toBe('20 100 77 15 2');
  expect(answer.findings.filter(({ id }) => id === 'failover').map(({ text }) => text)).toEqual([
    'rw: 300 of 97 connections in the worst minute if the pools of ro-1 and ro-2 go to it.',
    'ro-1: 200 of 77 connections in the worst minute if it takes over from rw.',
    'ro-2: 200 of 77 connections in the worst minute if it takes over from rw.',
  ]);
  expect(serverLines(judgeFleet(at(15)))).toEqual([
    'rw 97 60 60 75 120 22 yes',
    'ro-1 77 60 60 75 120 2 yes',
    'ro-2 77 60 60 75 120 2 yes',
  ]);
  expect(serviceLine(judgeFleet(at(15)), 'mosaic-api', 'rw')).toBe('15 75 97 19 5');
  expect(serviceLine(judgeFleet(at(15)), 'mosaic-api', 'ro-1')).toBe('15 75 77 15 4');
  expect(new Set(findings(at(15)))).toEqual(new Set(['info terminating-pods', 'info failover']));
});

it('runs both colours of a release at once, beside what stays and the tool that deploys', () => {
  const at = (api: number, worker: number, executor: number, tool: number) =>
    fleetModel({
      servers: { pg: { maxConnections: 200 } },
      services: {
        api: { pool: api, surge: '100%', release: 'colour' },
        worker: { pool: worker, normal: 4, surge: '100%', release: 'colour' },
        executor: { pool: executor, normal: 4 },
        'deploy-tool': { pool: tool, runs: { kind: 'rollout' }, release: 'colour' },
      },
    });
  const answer = judgeFleet(at(25, 16, 16, 16));
  expect(serverLines(answer)).toEqual(['pg 197 153 153 258 258 -61 no']);
  expect(serviceLine(answer, 'worker')).toBe('16 128 67 8 2');
  expect(serviceLine(answer, 'api')).toBe('25 50 0 0 0');
  expect(serverLines(judgeFleet(at(20, 6, 4, 1)))).toEqual(['pg 197 60 60 105 105 92 yes']);
  expect(serviceLine(judgeFleet(at(20, 6, 4, 1)), 'worker')).toBe('6 48 140 17 11');
});

it('says where a single instance exceeds a server that reserves nothing', () => {
  const at = (pool: number) =>
    fleetModel({
      servers: { db: { engine: 'mysql', maxConnections: 151, reserved: 0 } },
      services: { agenthub: { pool, normal: 2, surge: '25%', terminates: true } },
    });
  expect(serverLines(judgeFleet(at(220)))).toEqual(['db 151 440 440 660 880 -509 no']);
  expect(serviceLine(judgeFleet(at(220)), 'agenthub')).toBe('220 660 151 50 0');
  expect(judgeFleet(at(220)).findings.map(({ text }) => text)).toEqual([
    'db: 440 of 151 connections in normal running already, 660 while agenthub rolls out.',
    'agenthub: one instance alone may take 220 of 151 connections at db: no number of instances fits.',
  ]);
  expect(serverLines(judgeFleet(at(30)))).toEqual(['db 151 60 60 90 120 61 yes']);
  expect(serviceLine(judgeFleet(at(30)), 'agenthub')).toBe('30 90 151 50 4');
});

it('says what services take of a server whose limit nobody gave, and judges nothing', () => {
  const model = fleetModel({
    servers: { db: { maxConnections: 'unknown', isBudgeted: false } },
    services: {
      web: { pool: 50, normal: 2, most: 10, surge: '25%', terminates: true, release: 'chart' },
      worker: { pool: 50, normal: 2, most: 10, surge: '25%', terminates: true, release: 'chart' },
    },
  });
  expect(serverLines(judgeFleet(model))).toEqual(['db ? 200 1000 1300 2000 ? not judged']);
  expect(judgeFleet(model).findings.map(({ severity, text }) => `${severity} ${text}`)).toEqual([
    'info db: up to 1300 connections (26 instances) to a server whose limit is not known: nobody says what it lets in.',
  ]);
});

it('adds nothing in a roll-out that stops the old instances first, and finds nothing where all is well', () => {
  const model = fleetModel({ servers: { pg: { maxConnections: 40 } }, services: { app: { pool: 8, normal: 3 } } });
  expect(serverLines(judgeFleet(model))).toEqual(['pg 37 24 24 24 24 13 yes']);
  expect(serviceLine(judgeFleet(model), 'app')).toBe('8 24 37 12 4');
  expect(findings(model)).toEqual([]);
});

describe('what is not known', () => {
  const consumers = (maxConnections: number) =>
    fleetModel({
      servers: { pg: { maxConnections } },
      services: {
        api: { pool: 10, normal: 4, surge: '25%' },
        reports: { pool: unknown(1, 'secretKeyRef reports/pool'), normal: 2 },
        mailer: { pool: unknown(1, 'MAILER_POOL is set nowhere') },
        importer: { pool: 3, processes: unknown(1, 'instances: max') },
        ingest: { pool: unknown(4, 'pgxpool takes max(4, CPUs)'), normal: 2 },
        edge: { pool: unknown(15, 'any database, any user'), pooler: 'edge', unbounded: 'max_db_connections is off' },
      },
    });

  it('is never a number: the known part is kept apart, and all is "at least"', () => {
    const answer = judgeFleet(consumers(200));
    expect(serverLines(answer)).toEqual(['pg 197 69 69 79 79 ? unknown']);
    expect(answer.servers[0]?.worstMinute).toMatchObject({ connections: 79, known: 50, isAtLeast: true });
    expect(answer.servers[0]?.normal).toMatchObject({ known: 40, isAtLeast: true });
    expect(serviceLine(answer, 'api')).toBe('10 50 ? ? ?');
    expect(serviceLine(answer, 'reports')).toBe('? 2 ? ? ?');
    expect(answer.findings.map(({ severity, id, text }) => `${severity} ${id} ${text}`)).toEqual([
      'warning pooler-unbounded edge: may open at least 15 of 197 connections to pg in normal running: max_db_connections is off.',
      'warning unresolved reports: the size of its pool is not known: secretKeyRef reports/pool.',
      'warning unresolved mailer: the size of its pool is not known: MAILER_POOL is set nowhere.',
      'warning unresolved importer: the number of its processes is not known: instances: max.',
      'warning unresolved ingest: the size of its pool is not known: pgxpool takes max(4, CPUs).',
      'warning unresolved edge: how many connections it opens is not known: any database, any user.',
    ]);
  });

  it('is over where what is known is over alone', () => {
    expect(serverLines(judgeFleet(consumers(50)))).toEqual(['pg 47 69 69 79 79 ? no']);
    expect(judgeFleet(consumers(50)).findings[0]?.text).toBe(
      'pg: at least 69 of 47 connections in normal running already, 79 while api rolls out.',
    );
  });
});
