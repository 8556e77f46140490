import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import type { ProbeResult } from '../../probe/result.ts';
import { parseShard } from '../../probe/shards/document.ts';
import { mergeShardResults } from '../../probe/shards/merge-results.ts';

/** The files of the shards of one plan as the result of one probe. @throws PoolctlError as parseShard and mergeShardResults */
export function mergedShardFiles(files: readonly string[], io: Io, allowMissing: boolean): ProbeResult {
  const shards = files.map((file) => ({ file, result: parseShard(readText(file, io), file) }));
  return mergeShardResults(shards, { allowMissing });
}
