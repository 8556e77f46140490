import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { ShardPart } from '../shards/part.ts';
import type { Control } from './control.ts';
import type { LoadTag } from './tags.ts';

export interface ControlOptions extends OpenOptions {
  /** The load comes through a pooler, and the target is the server behind it. */
  readonly isPooled?: boolean;
  /** The load is a part of a plan. */
  readonly shard?: ShardPart;
}

/** Opens it; `tag`: the name of the load, of a shard as shardTag has it. @throws PoolctlError */
export async function openControl(target: ConnectionTarget, tag: string, options: ControlOptions): Promise<Control> {
  const { isPooled = false, shard } = options;
  const load: LoadTag = { text: tag, isPooled, ...(shard && { shard }) };
  switch (target.protocol) {
    case 'postgres':
      return (await import('./postgres.ts')).postgresControl(target, load, options);
    case 'mysql':
      return (await import('./mysql.ts')).mysqlControl(target, load, options);
    default:
      return target.protocol satisfies never;
  }
}
