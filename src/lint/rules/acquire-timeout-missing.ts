import { settingOf } from '../../declarations/setting.ts';
import { withoutLimit } from '../pools/without-limit.ts';
import { whenTaken } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A request waits without a limit, where the library can limit it. */
export const acquireTimeoutMissing: Rule = {
  severity: 'warn',
  *checkPool(pool, { profiles }) {
    const wait = withoutLimit(pool, 'acquireTimeout', profiles);
    if (!wait) return;
    const { name, declared } = wait;
    const connects = settingOf(pool, 'connectTimeout', profiles);
    const isBoth = 'option' in connects && connects.option.name === name;
    yield {
      ...wait.at,
      message: `A request waits for a connection without a limit: ${declared ? `${declared.name} turns it off` : `nothing sets ${name}`}.`,
      expected: `${name} below the deadline of a request`,
      consequence: `${whenTaken(pool, profiles)}${isBoth ? ', or the server does not answer' : ''}, requests hang until their callers give up, and no error says why.`,
      fix: `Set ${name}, for example to 5000, or to less than your requests may take.`,
    };
  },
};
