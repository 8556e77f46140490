import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { Control } from './control.ts';

export interface ControlOptions extends OpenOptions {
  /** The load comes through a pooler, and the target is the server behind it. */
  readonly isPooled?: boolean;
}

/** Opens it; `tag`: the name of the load. @throws PoolctlError */
export async function openControl(target: ConnectionTarget, tag: string, options: ControlOptions): Promise<Control> {
  const load = { text: tag, isPooled: options.isPooled === true };
  switch (target.protocol) {
    case 'postgres':
      return (await import('./postgres.ts')).postgresControl(target, load, options);
    case 'mysql':
      return (await import('./mysql.ts')).mysqlControl(target, load, options);
    default:
      return target.protocol satisfies never;
  }
}
