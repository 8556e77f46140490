import { type OwnedPool, ownerAdapter } from '../adapter.ts';
import { poolNameOf } from '../pool-name.ts';
import { hasMethods } from '../shape.ts';

interface Sequelize {
  readonly connectionManager: ConnectionManager;
}

interface ConnectionManager {
  /** One pool, or with `replication` an object of two: one of all writes, one of all reads. */
  readonly pool: { readonly read?: object; readonly write?: object };
  readonly config: Place & {
    readonly replication?: false | { readonly write: Place; readonly read: readonly Place[] };
  };
  readonly dialectName: string;
}

type Place = { readonly host?: unknown; readonly port?: unknown; readonly database?: unknown };

/** A Sequelize 6. Its pools are there from the start and never replaced: after close() it is of no use. */
export const sequelizeAdapter = ownerAdapter('sequelize', isSequelize, ({ connectionManager }, found) => {
  found(poolsOf(connectionManager));
  return () => {};
});

function isSequelize(candidate: object): candidate is Sequelize {
  if (!('connectionManager' in candidate)) return false;
  const { connectionManager } = candidate;
  if (typeof connectionManager !== 'object' || connectionManager === null || !('pool' in connectionManager))
    return false;
  return hasMethods(connectionManager, 'getConnection', 'releaseConnection', 'initPools');
}

function poolsOf({ pool, config, dialectName }: ConnectionManager): OwnedPool[] {
  const system = dialectName === 'postgres' ? 'postgresql' : dialectName;
  const { read, write } = pool;
  if (!read || !write || !config.replication) return [{ pool, role: undefined, name: poolNameOf(config), system }];
  const { replication } = config;
  return [
    { pool: write, role: 'write', name: `${poolNameOf(replication.write)} write`, system },
    // All replicas share one pool, so that its name is that of the first.
    { pool: read, role: 'read', name: `${poolNameOf(replication.read[0] ?? config)} read`, system },
  ];
}
