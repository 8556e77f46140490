import { settingOf } from '../../declarations/setting.ts';
import { atPool, libraryOf, optionText, whenTaken } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A statement runs without a limit, where the library can set one. */
export const statementTimeoutMissing: Rule = {
  severity: undefined,
  strict: 'info',
  library: 'off',
  *checkPool(pool, { config, profiles }) {
    if (config.assume.statementTimeout) return;
    const limit = settingOf(pool, 'queryTimeout', profiles);
    if (limit.kind !== 'unset') return;
    if (/statement_timeout|max_execution_time/.test(optionText(pool, /(?:^|\.)(?:url|uri|connectionString|options)$/)))
      return;
    yield {
      ...atPool(pool, 'queryTimeout'),
      message: `Statements run without a limit: nothing sets ${limit.option.name} of ${libraryOf(pool)}.`,
      confidence: 'medium',
      expected: `${limit.option.name}, or a limit of the role on the server`,
      consequence: `${whenTaken(pool, profiles)} by statements that hang, nothing gives them back.`,
      fix: `Set ${limit.option.name}, or \`ALTER ROLE … SET statement_timeout\` and \`assume: { statementTimeout: true }\` in poolctl.yaml.`,
    };
  },
};
