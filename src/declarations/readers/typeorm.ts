import type { DeclaredEntry } from '../entry.ts';
import { nodeDrivers, nodeEngine } from '../node-engine.ts';
import type { Picked, Reader } from '../reader.ts';

/** The options of new DataSource(), as JSON or YAML. */
export const typeormReader: Reader = {
  title: 'TypeORM',
  formats: ['yaml'],
  drivers: ['typeorm-mysql', 'typeorm-postgres'],
  isTyped: true,
  wrapped: { prefix: 'extra.', drivers: { mysql2: 'mysql2', pg: 'pg' } },
  login: [
    'type',
    'name',
    'host',
    'port',
    'username',
    'password',
    'database',
    'url',
    'ssl',
    'ssl.*',
    'socketPath',
    'connectorPackage',
    'extra.ssl',
    'extra.ssl.*',
    'replication.*',
  ],
  others: {
    applicationName: 'names the application to the server',
    autoLoadEntities: 'loads the entities of modules',
    'cache.*': 'caches results of queries',
    cache: 'caches results of queries',
    charset: 'is the character set of connections',
    dropSchema: 'drops the schema at the start',
    'entities.*': 'names the entities',
    entities: 'names the entities',
    entityPrefix: 'is put before names of tables',
    logger: 'receives logs',
    logging: 'decides what is logged',
    'logging.*': 'decides what is logged',
    'migrations.*': 'names the migrations',
    migrationsRun: 'runs migrations at the start',
    retryAttempts: 'tries again to reach the database while the application starts',
    retryDelay: 'pauses between those attempts',
    schema: 'is the default schema',
    'subscribers.*': 'names the subscribers',
    synchronize: 'changes the schema at the start',
    timezone: 'is the time zone of dates',
  },
  pick(entries, context) {
    const named = nodeEngine(entries, 'type');
    const engine = named ?? context.engine;
    return {
      driver: engine === 'postgres' ? 'typeorm-postgres' : 'typeorm-mysql',
      isMarked: named !== undefined,
      options: entries.map((entry) => ({ ...entry, name: entry.key })),
      ...(engine && { engine, inUse: nodeDrivers[engine] }),
      ...alikeNodes(entries),
    };
  },
};

/** The master and each slave of a replication have a pool of their own. */
function alikeNodes(entries: readonly DeclaredEntry[]): Pick<Picked, 'alike'> {
  const slaves = new Set(entries.flatMap(({ key }) => /^replication\.slaves\.(\d+)\./.exec(key)?.[1] ?? []));
  const hasMaster = entries.some(({ key }) => key.startsWith('replication.master.'));
  const count = slaves.size + (hasMaster ? 1 : 0);
  return count > 1 ? { alike: { count, what: 'nodes of the replication' } } : {};
}
