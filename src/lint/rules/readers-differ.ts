import { atOption, shownValue } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A value that stops the program that reads it, or is another one for other programs. */
export const readersDiffer: Rule = {
  severity: 'warn',
  *checkPool(pool) {
    for (const option of pool.options) {
      if (option.differs === undefined) continue;
      yield {
        ...atOption(pool, option),
        message: `${option.name} (read as ${shownValue(option)}): ${option.differs}`,
        consequence: 'Whoever reads the file, or a tool that writes it anew, may have another pool in mind than runs.',
        fix: 'Write it so that every reader has the same.',
      };
    }
  },
};
