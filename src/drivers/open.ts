import type { ConnectionTarget } from '../engines/target.ts';
import type { LoadDriver } from './driver.ts';

/** Loads pg or mysql2, the one that the target needs. */
export async function openDriver(target: ConnectionTarget): Promise<LoadDriver> {
  switch (target.protocol) {
    case 'postgres':
      return (await import('./pg/driver.ts')).postgresLoad;
    case 'mysql':
      return (await import('./mysql2/driver.ts')).mysqlLoad;
    default:
      return target.protocol satisfies never;
  }
}
