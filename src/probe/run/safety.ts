import type { LoadSafety } from '../../drivers/driver.ts';
import { holdDistribution } from '../../queueing/distribution.ts';
import { isShardTag } from '../control/tags.ts';
import type { ProbeWorkload } from '../workload/model.ts';

const leastStatementTimeoutMs = 10_000;

/**
 * The limits that every session of a load has on the server; a sleep may take as long as one in a million does. Through a
 * pooler they are none of the session's: the watch keeps them.
 */
export function safetyOf(
  tag: string,
  { readOnly, variables }: Pick<ProbeWorkload, 'readOnly' | 'variables'>,
  isPooled = false,
): LoadSafety {
  const sleeps = Object.values(variables).filter((law) => law.kind === 'sleep');
  const longestMs = Math.max(0, ...sleeps.map(({ law }) => holdDistribution(law).quantile(1 - 1e-6)));
  return {
    tag,
    readOnly,
    ...(isPooled && { isPooled }),
    ...(isShardTag(tag) && { isTagged: true }),
    statementTimeoutMs: Math.max(leastStatementTimeoutMs, Math.ceil(2 * longestMs)),
    lockTimeoutMs: 1_000,
    idleTimeoutMs: 60_000,
  };
}
