import { settingOf } from '../../declarations/setting.ts';
import { atOption, shownMs, whenTaken } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A wait for a connection that outlasts the request that waits. */
export const acquireTimeoutLong: Rule = {
  severity: 'info',
  *checkPool(pool, { config, profiles }) {
    const wait = settingOf(pool, 'acquireTimeout', profiles);
    if (wait.kind !== 'set' || wait.value <= config.thresholds.acquireTimeoutMs) return;
    const connects = settingOf(pool, 'connectTimeout', profiles);
    // One option for both: `connect-timeout-long` says it.
    if (connects.kind === 'set' && connects.declared === wait.declared) return;
    yield {
      ...atOption(pool, wait.declared),
      message: `A request waits up to ${shownMs(wait.value)} for a connection (${wait.declared.name}).`,
      expected: `at most ${shownMs(config.thresholds.acquireTimeoutMs)}, and below the deadline of a request`,
      consequence: `${whenTaken(pool, profiles)}, requests wait longer than their callers do, and connections then work for nobody.`,
      fix: 'Make it shorter than the time after which callers give up.',
    };
  },
};
