import { ownerAdapter } from '../adapter.ts';
import { hasMethods, undoAll } from '../shape.ts';
import { after } from './resources.ts';

interface MikroOrm {
  readonly driver: Driver;
}

interface Driver {
  readonly replicas: readonly Connection[];
  getConnection(type: 'write'): Connection;
}

interface Connection {
  /** A Knex, once it is connected. */
  readonly client?: object;
}

/** MikroORM 6 on a SQL database: one Knex for the primary and one for each replica, new ones after reconnect(). */
export const mikroOrmAdapter = ownerAdapter('mikro-orm', isMikroOrm, ({ driver }, found) => {
  const primary = driver.getConnection('write');
  const connections = [primary, ...driver.replicas];
  const tell = () =>
    found(
      connections.flatMap(({ client }, index) =>
        client
          ? [
              {
                pool: client,
                role: connections.length === 1 ? undefined : index === 0 ? 'primary' : `replica ${index}`,
              },
            ]
          : [],
      ),
    );
  tell();
  return undoAll(connections.map((connection) => after(connection, 'createKnex', tell)));
});

function isMikroOrm(candidate: object): candidate is MikroOrm {
  if (!('em' in candidate) || !('driver' in candidate)) return false;
  const { driver } = candidate;
  if (typeof driver !== 'object' || driver === null || !('replicas' in driver) || !hasMethods(driver, 'getConnection'))
    return false;
  return hasMethods((driver as Driver).getConnection('write'), 'createKnex');
}
