import { listOf } from '../../base/list-of.ts';

/** Those of the plan that are not among these, from 0. */
export function missingOf(present: readonly number[], of: number): number[] {
  return Array.from({ length: of }, (_, index) => index).filter((index) => !present.includes(index));
}

/** As people count them, from 1: `1, 3`. */
export function shardNumbers(indexes: readonly number[]): string {
  return indexes.map((index) => index + 1).join(', ');
}

/** For a sentence: `shard 2 of 3`, `shards 2 and 3 of 3`. */
export function shardNames(indexes: readonly number[], of: number): string {
  const numbers = listOf(indexes.map((index) => String(index + 1)));
  return `${indexes.length === 1 ? 'shard' : 'shards'} ${numbers} of ${of}`;
}
