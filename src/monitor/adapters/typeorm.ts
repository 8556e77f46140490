import { type OwnedPool, ownerAdapter } from '../adapter.ts';
import { hasMethods } from '../shape.ts';
import { before } from './resources.ts';

interface DataSource {
  readonly driver: Driver;
}

/** Where the drivers for PostgreSQL, MySQL and MariaDB keep their pools; they are there once the DataSource is initialized. */
interface Driver {
  readonly master?: object;
  readonly slaves?: readonly object[];
  readonly pool?: object;
  readonly poolCluster?: object;
}

/** A DataSource of TypeORM 0.3 and 1, before or after initialize(): its pools are new ones after each. */
export const typeormAdapter = ownerAdapter('typeorm', isDataSource, ({ driver }, found) => {
  const tell = () => found(poolsOf(driver));
  tell();
  // initialize() calls it when the pools are there and before anything else uses them.
  return before(driver, 'afterConnect', tell);
});

function isDataSource(candidate: object): candidate is DataSource {
  if (!('driver' in candidate) || typeof candidate.driver !== 'object' || candidate.driver === null) return false;
  return (
    hasMethods(candidate, 'initialize', 'createQueryRunner') &&
    hasMethods(candidate.driver, 'afterConnect', 'disconnect')
  );
}

function poolsOf({ master, slaves = [], pool, poolCluster }: Driver): OwnedPool[] {
  const only = master ?? pool ?? poolCluster;
  if (!only) return [];
  const replicas = slaves.map((slave, index) => ({ pool: slave, role: `replica ${index + 1}` }));
  return [{ pool: only, role: replicas.length > 0 ? 'primary' : undefined }, ...replicas];
}
