import type { EngineId } from '../../base/engine.ts';
import type { PoolDriver } from './driver.ts';
import { mysqlDriver } from './mysql.ts';
import { postgresDriver } from './postgres.ts';

/** The driver of each engine; its library is loaded when the first connection is opened. */
export const poolDrivers: Readonly<Record<EngineId, PoolDriver>> = {
  postgres: postgresDriver,
  mysql: mysqlDriver,
  mariadb: mysqlDriver,
};
