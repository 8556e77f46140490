import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { firstFleetFile } from '../../../src/fleet/init/first-file.ts';
import { openQuestions } from '../../../src/fleet/init/questions.ts';
import { fleetModel, known, unknown } from '../../helpers/fleet.ts';

const place = (file: string, line: number) => ({
  file,
  line,
  start: 0,
  end: 1,
  column: 1,
  endLine: line,
  endColumn: 2,
});

const model = fleetModel({
  servers: {
    orders: { maxConnections: 200, place: place('compose.yaml', 3), isBudgeted: false },
    'ledger.internal': { maxConnections: 'unknown', isBudgeted: false },
    edge: { counts: 'pooler clients', maxConnections: 1000 },
  },
  services: {
    edge: {
      kind: 'PgBouncer',
      pooler: 'edge',
      pool: unknown(20, 'each user opens a pool'),
      place: place('pgbouncer.ini', 4),
    },
    api: {
      normal: 2,
      most: 8,
      processes: 2,
      pool: known(12, 'max in src/db.ts'),
      to: 'edge',
      place: place('k8s/api.yaml', 1),
    },
    worker: {
      kind: 'service',
      most: unknown(1, 'no file says how many instances it has'),
      processes: unknown(1, 'it is computed at start'),
      pools: [
        {
          to: 'orders',
          size: { ...unknown(1, 'no file of the project sets DB_MAX'), place: place('src/worker.ts', 9) },
        },
        { to: 'ledger.internal', size: unknown(1, 'it is in a Secret') },
      ],
    },
  },
});

describe('the first fleet.yaml', () => {
  it('tells in comments what files say, and asks for what none of them does', () => {
    expect(firstFleetFile(model, ['.'])).toMatchInlineSnapshot(`
      "# The servers of this fleet, and the services that share their connections.
      # Written by poolctl init; poolctl fleet reads it. 6 things are not known: look
      # for TODO, complete the line, and take its # away.

      # Folders and files whose manifests, settings and code are read.
      read: [.]

      # How many releases may roll out at once in the worst minute, or all. Left out,
      # it is one, and what one file deploys is one release.
      # rolloutsAtOnce: 1

      # Servers, and what they let in.
      #   maxConnections: what the server says itself; or profile: its class of a
      #     provider, such as aws-rds-postgres:db.r6g.large.
      #   reserved: slots that no ordinary role may take; PostgreSQL keeps 3.
      #   others: connections of clients that are no services here, such as {admin:
      #     5}.
      #   host: what services call it, where that is another name; or hosts: [a, b].
      #   budget: report tells only. With required, poolctl fleet ends with exit
      #     code 1 where the worst minute is above the limit.
      servers:
        orders:
          # PostgreSQL, in compose.yaml:3, with max_connections 200, used by edge,
          # worker.
          budget: report
        ledger.internal:
          # PostgreSQL, used by worker.
          engine: postgres
          # TODO How many connections does it allow? Ask it: SHOW max_connections
          # (nobody says what it lets in)
          # maxConnections: 100
          budget: report

      # Poolers between services and servers. Their own files are read.
      #   pairs: pairs of database and user, each with a pool; or users: [a, b].
      #   clientLimit, poolSize, reserve: what their files do not say.
      poolers:
        edge:
          # PgBouncer in pgbouncer.ini:4, 1 instance, ? connections of a process to
          # orders.
          # TODO How many pairs of database and user does it serve? (each user opens a
          # pool)
          # pairs: 2
          budget: report

      # Services. Instances, roll-outs, processes and pools are read from the files
      # named here: write only what none of them says.
      #   instances: {normal: 2, max: 10, surge: 25%, processes: 1}; surge is what a
      #     roll-out adds.
      #   pools: [{to: SERVER, connectionLimit: 10, load: {totalTps: 600, p95:
      #     80ms}}]; with a load, poolctl fleet says how large the pool should be.
      #   extras: connections beside the pools, such as {perInstance: {health: 1},
      #     total: {leader: 1}, rollout: {migration: 1}}.
      #   release: services of one release roll out together.
      # services:
        # api: Deployment in k8s/api.yaml:1, 2 to 8 instances, 2 processes, pool 12
        # (max in src/db.ts) to edge.
        # worker: 1 to ? instances, ? processes, pool ? to orders, pool ? to
        # ledger.internal.
        # worker:
          # TODO How many connections may one process open to orders? (no file of the
          # project sets DB_MAX; src/worker.ts:9)
          # TODO How many connections may one process open to ledger.internal? (it is
          # in a Secret)
          # TODO How many instances run at most?
          # TODO How many processes with pools has one instance? (it is computed at
          # start)
          # pools:
            # - {to: orders, connectionLimit: 10}
            # - {to: ledger.internal, connectionLimit: 10}
          # instances: {max: 10, processes: 1}
      "
    `);
  });

  it('is YAML as it is, with all servers and no budget that fails', () => {
    expect(parse(firstFleetFile(model, ['k8s', 'src']))).toEqual({
      read: ['k8s', 'src'],
      servers: { orders: { budget: 'report' }, 'ledger.internal': { engine: 'postgres', budget: 'report' } },
      poolers: { edge: { budget: 'report' } },
    });
  });

  it('is what its owner means when every TODO has its value', () => {
    const waits = /^( *)# (services:|worker:|pools:|- \{.*|instances: \{max.*|maxConnections: 100|pairs: 2)$/gm;
    expect(parse(firstFleetFile(model, ['.']).replace(waits, '$1$2'))).toEqual({
      read: ['.'],
      servers: {
        orders: { budget: 'report' },
        'ledger.internal': { engine: 'postgres', maxConnections: 100, budget: 'report' },
      },
      poolers: { edge: { pairs: 2, budget: 'report' } },
      services: {
        worker: {
          pools: [
            { to: 'orders', connectionLimit: 10 },
            { to: 'ledger.internal', connectionLimit: 10 },
          ],
          instances: { max: 10, processes: 1 },
        },
      },
    });
  });

  it('stays within 80 columns', () => {
    expect(
      firstFleetFile(model, ['.'])
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });

  it('asks whether a host at the port of PgBouncer is the pooler that files configure', () => {
    const text = firstFleetFile(
      fleetModel({
        servers: { orders: {}, 'edge.internal:6432': { maxConnections: 'unknown' } },
        services: {
          pgbouncer: { kind: 'PgBouncer', pooler: 'pgbouncer', pool: 20 },
          api: { pool: 5, to: 'edge.internal:6432' },
        },
      }),
      ['.'],
    );
    expect(text.replace(/\n\s+# /g, ' ')).toContain(
      'Is it pgbouncer? Then give that one host: edge.internal, and leave this server out.',
    );
  });

  it('is whole where nothing was found', () => {
    expect(parse(firstFleetFile(fleetModel({ servers: {}, services: {} }), ['.']))).toEqual({ read: ['.'] });
  });

  it('lets no name or reason out of its comment', () => {
    const hostile = fleetModel({
      servers: { 'x: y\n# z': { maxConnections: 'unknown', isBudgeted: false } },
      services: { 'a\nservers: {}': { pool: unknown(1, 'why\nread: [/etc]') } },
    });
    expect(parse(firstFleetFile(hostile, ['a b, [c]']))).toEqual({
      read: ['a b, [c]'],
      servers: { 'x: y\n# z': { engine: 'postgres', budget: 'report' } },
    });
  });
});

it('every unknown number is a question with a field that settles it', () => {
  expect(openQuestions(model).map(({ section, name, field }) => `${section}.${name}.${field}`)).toEqual([
    'servers.ledger.internal.maxConnections',
    'poolers.edge.pairs',
    'services.worker.pools',
    'services.worker.pools',
    'services.worker.instances.max',
    'services.worker.instances.processes',
  ]);
});
