import { settingOf } from '../../declarations/setting.ts';
import { hikariAmount } from '../hikari/amount.ts';
import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A pool that shrinks when it is quiet, or a floor above its size. */
export const hikariMinimumIdle: Rule = {
  severity: 'info',
  *checkPool(pool, { profiles }) {
    const idle = hikariAmount(pool, 'minimumIdle');
    const size = settingOf(pool, 'connectionLimit', profiles);
    const most = size.kind === 'set' || size.kind === 'unset' ? size.value : undefined;
    if (!idle) return;
    if (idle.value < 0) {
      yield {
        ...atOption(pool, idle.declared),
        severity: 'error',
        message: `${idle.shown} is refused by HikariCP.`,
        consequence: 'The application does not start: IllegalArgumentException.',
        fix: 'Leave minimum-idle out.',
      };
    } else if (most !== undefined && idle.value > most) {
      yield {
        ...atOption(pool, idle.declared),
        severity: 'warn',
        message: `${idle.shown} is above the size of the pool, ${most}.`,
        expected: `at most ${most}`,
        consequence: `HikariCP lowers it to ${most} without a word: the pool is smaller than this line says.`,
        fix: 'Leave minimum-idle out, or raise maximum-pool-size if that many connections are meant.',
      };
    } else if (most !== undefined && idle.value < most) {
      yield {
        ...atOption(pool, idle.declared),
        message: `The pool shrinks to ${idle.value} of ${most} connections when it is quiet (minimum-idle).`,
        expected: 'no minimum-idle, so that the pool keeps its size',
        consequence: 'After a quiet time a burst of requests waits until connections are opened again.',
        fix: 'Leave minimum-idle out, unless the server needs the connections back.',
      };
    }
  },
};
