import { settingOf } from '../../declarations/setting.ts';
import { atPool, endpointWords, libraryOf } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A pool without a size has one that nobody chose. */
export const poolSizeDefault: Rule = {
  severity: 'warn',
  library: 'info',
  *checkPool(pool, { profiles }) {
    const size = settingOf(pool, 'connectionLimit', profiles);
    // Nobody chooses the size of a pool that developers or tests use.
    if (size.kind !== 'unset' || /^(?:dev|test|local|ci\b)/i.test(pool.environment ?? '')) return;
    const { name } = size.option;
    const upTo = size.value === undefined ? 'connections without a limit' : `up to ${size.value} connections`;
    if (size.value === undefined && !size.isUnlimited) return;
    yield {
      ...atPool(pool, 'connectionLimit'),
      message: `The pool has no size: ${libraryOf(pool)} decides it, ${size.value ?? 'without a limit'}.`,
      origins: [{ kind: 'driver-default', text: `default of ${name} in ${libraryOf(pool)}` }],
      expected: `${name}, with the size that this service needs and its server has room for`,
      consequence: `Each process opens ${upTo}${endpointWords(pool)}, whatever the load and however many processes share the server.`,
      fix: `Set ${name}; \`poolctl size\` works it out.`,
    };
  },
};
