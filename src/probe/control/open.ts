import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { Control } from './control.ts';

/** Opens it. @throws PoolctlError */
export async function openControl(target: ConnectionTarget, tag: string, options: OpenOptions): Promise<Control> {
  switch (target.protocol) {
    case 'postgres':
      return (await import('./postgres.ts')).postgresControl(target, tag, options);
    case 'mysql':
      return (await import('./mysql.ts')).mysqlControl(target, tag, options);
    default:
      return target.protocol satisfies never;
  }
}
