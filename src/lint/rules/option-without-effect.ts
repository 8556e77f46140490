import { unmetNeeds } from '../pools/unmet-need.ts';
import { atOption, libraryOf, shownValue } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** An option that does not do what it says without another one, by the driver's profile. */
export const optionWithoutEffect: Rule = {
  severity: 'warn',
  *checkPool(pool, { profiles }) {
    // HikariCP has rules of its own, which say more.
    if (pool.library === 'hikaricp') return;
    for (const { declared, need } of unmetNeeds(pool, profiles)) {
      const { option, below, above, notAboveIt, is, otherwise } = need;
      const wanted = [
        ...(is === undefined ? [] : [`${is}`]),
        ...(above === undefined ? [] : [`above ${above}`]),
        ...(below === undefined ? [] : ['below the connections of the pool']),
        ...(notAboveIt ? [`at most ${shownValue(declared)}`] : []),
      ].join(' and ');
      const itself = option === declared.name;
      yield {
        ...atOption(pool, declared),
        message: `${declared.name} does not do what it says in ${libraryOf(pool)} (found ${shownValue(declared)}): ${option} is not ${wanted}.`,
        expected: `${itself ? 'a value' : option} ${wanted}`,
        consequence: `As it stands, ${otherwise}.`,
        fix: `Set ${option} ${wanted}, or take ${declared.name} out.`,
      };
    }
  },
};
