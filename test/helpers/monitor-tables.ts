import { ownerAdapters, poolAdapters } from '../../src/monitor/adapters/index.ts';
import { type MetricDefinition, poolMetrics, prometheusName } from '../../src/monitor/metrics/semconv.ts';

interface LibraryRow {
  /** What is given to `instrument`. */
  readonly give: string;
  readonly notSeen: string;
}

const inside = 'what its pool does not show';

/** By the name of the adapter. */
const libraries: Readonly<Record<string, LibraryRow>> = {
  pg: { give: 'the `Pool` of pg 8 (pg-pool 3.6 and newer)', notSeen: 'nothing' },
  mysql2: { give: 'the pool or cluster of mysql2 3, with callbacks or promises', notSeen: 'nothing' },
  mysql: { give: 'the pool of mysql 2', notSeen: 'nothing' },
  mariadb: {
    give: 'the pool of mariadb 3',
    notSeen:
      'when it begins to open a connection: `queuedTime` includes that time, and `connecting` is undefined. Its promises settle one microtask later. It keeps its address to itself: give a name',
  },
  postgres: {
    give: '`sql` of postgres.js 3.4',
    notSeen:
      'a plain query: it goes to a private queue. `sql.reserve()` and `sql.begin()` are seen, one microtask later; `idle` and `connecting` are undefined',
  },
  tarn: { give: 'the `Pool` of tarn 3', notSeen: 'where it connects to: give a name' },
  'sequelize-pool': { give: 'the `Pool` of sequelize-pool', notSeen: 'where it connects to: give a name' },
  'generic-pool': { give: 'the pool of generic-pool 3', notSeen: 'where it connects to: give a name' },
  knex: {
    give: '`knex`, or one over the pool of a driver. After `destroy()` and `initialize()` the new pool is observed',
    notSeen: 'nothing',
  },
  typeorm: {
    give: 'the `DataSource` of TypeORM on PostgreSQL, MySQL or MariaDB, before or after `initialize()`. With `replication`, each of its pools is observed',
    notSeen: 'nothing',
  },
  sequelize: {
    give: 'the `Sequelize` of version 6. With `replication` it has two pools: all writes, all reads',
    notSeen:
      'which replica a read goes to; the first connection of all, which asks for the version of the server beside the pool, unless `databaseVersion` is given',
  },
  prisma: {
    give: '`new PrismaPg(…)` or `new PrismaMariaDb(…)`, before its `PrismaClient` connects; or the pool that it is given',
    notSeen: inside,
  },
  'mikro-orm': {
    give: 'what `MikroORM.init()` of version 6 gives, and its replicas',
    notSeen: 'nothing',
  },
  drizzle: { give: '`db`, whose `$client` is a pool', notSeen: inside },
  objection: { give: 'a model class that is bound to a Knex', notSeen: 'nothing' },
};

/** Those that hide the pool that they use. */
const hidden: Readonly<Record<string, LibraryRow>> = {
  kysely: { give: 'the pool that its dialect is given: Kysely keeps it private', notSeen: inside },
  'Bun.SQL': {
    give: 'nothing: `sql` of Bun 1.4 has no events and no counts, and a query is a call of `sql` itself',
    notSeen: 'all of it',
  },
};

/** @throws Error where an adapter has no row here, or a row no adapter */
export function libraryRows(): [library: string, give: string, notSeen: string][] {
  const known = [...new Set([...poolAdapters, ...ownerAdapters].map(({ library }) => library))];
  const wrong = [
    ...known.filter((name) => !libraries[name]),
    ...Object.keys(libraries).filter((name) => !known.includes(name)),
  ];
  if (wrong.length > 0)
    throw new Error(`The libraries of ${import.meta.filename} and the adapters differ: ${wrong.join(', ')}.`);
  const rows = [...known.map((name) => [name, libraries[name]] as const), ...Object.entries(hidden)];
  return rows.flatMap(([name, row]) => (row ? [[name, row.give, row.notSeen]] : []));
}

const kinds = { now: 'gauge', total: 'counter', times: 'histogram' } as const;

export function metricRows(): [name: string, prometheus: string, kind: string, means: string][] {
  return Object.values<MetricDefinition>(poolMetrics).map((metric) => [
    `\`${metric.name}\``,
    `\`${prometheusName(metric)}\``,
    `${kinds[metric.kind]}, ${metric.unit === 's' ? 's' : `\`${metric.unit}\``}`,
    metric.by === undefined ? metric.means : `By \`${metric.by}\`. ${metric.means}`,
  ]);
}
