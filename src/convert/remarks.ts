import { formatCount } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { shownKey } from '../declarations/entry.ts';
import { placeOfEntry } from './entry-pools.ts';
import type { PoolRead } from './file-pool.ts';

/** What else is true of a pool, and what to do about it. */
export function poolRemarks(pool: PoolRead, file: string): Warning[] {
  const { picked, settings, found } = pool;
  const called = file === '-' ? 'standard input' : file;
  const remarks: Warning[] = (picked.remarks ?? []).map((remark) => ({ code: 'SEVERAL_LIMITS', ...remark }));
  const differing = new Map(
    [...picked.options, ...(pool.differing ?? [])].map((entry) => [placeOfEntry(entry), entry]),
  );
  for (const { key, line, differs } of differing.values()) {
    if (differs === undefined) continue;
    remarks.push({
      code: 'READERS_DIFFER',
      message: `${called}:${line}: ${shownKey(key)}: ${differs}`,
      hint: 'Write it so that every reader has the same.',
    });
  }
  const { alike } = picked;
  const { connectionLimit } = settings;
  if (alike && alike.count > 1) {
    const together = formatCount(alike.count * connectionLimit, 'connection');
    const shared = alike.sharing === undefined ? '' : `; they share ${alike.sharing}`;
    remarks.push({
      code: 'POOLS_ALIKE',
      message: `${called} makes ${alike.count} pools of ${connectionLimit}, one for each of its ${alike.what}: together ${together}${shared}.`,
      hint: 'The snippet is for one of them: count all of them against max_connections of the server.',
    });
  }
  const limit = found.find(({ setting }) => setting === 'connectionLimit');
  if (limit?.lessThan !== undefined) {
    const decides = limit.key === undefined ? 'the default' : `${shownKey(limit.key)} in line ${limit.line}`;
    remarks.push({
      code: 'SEVERAL_LIMITS',
      message: `${called}: the least of several limits decides: ${limit.value} by ${decides}, less than ${limit.lessThan}.`,
      hint: 'Correct the larger one, or take it out: it cannot be reached.',
    });
  }
  return remarks;
}
