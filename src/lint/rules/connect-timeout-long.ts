import { settingOf } from '../../declarations/setting.ts';
import { atOption, shownMs } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** An attempt to reach the server that lasts far longer than a server that is there needs. */
export const connectTimeoutLong: Rule = {
  severity: 'warn',
  *checkPool(pool, { config, profiles }) {
    const connect = settingOf(pool, 'connectTimeout', profiles);
    if (connect.kind !== 'set') return;
    const wait = settingOf(pool, 'acquireTimeout', profiles);
    const isBoth = wait.kind === 'set' && wait.declared === connect.declared;
    const { acquireTimeoutMs, connectTimeoutMs } = config.thresholds;
    const limit = isBoth ? Math.max(acquireTimeoutMs, connectTimeoutMs) : connectTimeoutMs;
    if (connect.value <= limit) return;
    yield {
      ...atOption(pool, connect.declared),
      message: `An attempt to connect may last ${shownMs(connect.value)} (${connect.declared.name}).`,
      expected: `at most ${shownMs(limit)}: a server that is there answers within one or two round trips`,
      consequence: `While the server is away, each request hangs for ${shownMs(connect.value)} before it fails, so a short outage becomes a long one.`,
      fix: `Set ${connect.declared.name} to ${inUnit(Math.min(limit, 5_000), connect.option.unit)} or less.`,
    };
  },
};

function inUnit(ms: number, unit: string | undefined): string {
  return unit === 's' ? `${ms / 1_000}` : `${ms}`;
}
