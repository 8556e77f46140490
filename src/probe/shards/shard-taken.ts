import { PoolctlError } from '../../base/errors.ts';
import { shardNames } from './shard-names.ts';

/** @param seen what shows it */
export function shardTaken(index: number, of: number, seen: string): PoolctlError {
  const who = shardNames([index], of);
  return new PoolctlError('SHARD_TAKEN', `Another process is ${who} already: ${seen}.`, {
    hint: 'Give each process a number of its own with --shard, and do not start one again while it runs.',
  });
}
