import { withoutLimit } from '../pools/without-limit.ts';
import { failsFast, whenTaken } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** Any number of requests may wait for a connection, where the library can limit them. */
export const queueUnbounded: Rule = {
  severity: 'warn',
  *checkPool(pool, { profiles }) {
    const queue = withoutLimit(pool, 'queueLimit', profiles);
    if (!queue || pool.isQueueBounded || failsFast(pool, profiles)) return;
    const { name, declared } = queue;
    yield {
      ...queue.at,
      ...(!declared && { severity: 'info' as const }),
      message: `Any number of requests may wait for a connection: ${declared ? `${declared.name} is 0, which is no limit` : `nothing sets ${name}`}.`,
      expected: `${name} of a few times the pool's size`,
      consequence: `${whenTaken(pool, profiles)}, requests pile up in memory and are served long after their callers gave up.`,
      fix: `Set ${name}, and answer "try again later" when it is reached.`,
    };
  },
};
