import { formatNumber } from '../base/units.ts';
import type { MergedShards } from './result.ts';

/** As people count: `shard 2`, `shards 2, 3 and 5`. */
export function shardList(shards: readonly number[]): string {
  const names = shards.map((shard) => formatNumber(shard + 1));
  const last = names.at(-1) ?? '';
  return names.length < 2 ? `shard ${last}` : `shards ${names.slice(0, -1).join(', ')} and ${last}`;
}

/** `2 of 3 shards, to second 7: the load of shard 3 is not in the figures.` */
export function missingSentence({ of, each, missing, cutToMs }: MergedShards): string {
  const until = cutToMs === undefined ? '' : `, to second ${formatNumber(cutToMs / 1_000)}`;
  return `${formatNumber(each.length)} of ${formatNumber(of)} shards${until}: the load of ${shardList(missing)} is not in the figures.`;
}
