import { does } from '../../declarations/concepts.ts';
import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import type { KnownOption } from '../../declarations/options.ts';
import { settingOf } from '../../declarations/setting.ts';
import { moving } from '../pools/edits.ts';
import { rightPlaceOf } from '../pools/right-place.ts';
import { atOption, libraryOf, shownMs, shownValue } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { Rule } from '../rule.ts';

/** An option that the library has, at a place where it does not read it. */
export const misplacedOption: Rule = {
  severity: 'error',
  *checkPool(pool, context) {
    for (const option of pool.options) {
      const right = rightPlaceOf(option.name, pool, context.profiles);
      if (!right && option.misplaced === undefined) continue;
      const edits =
        right && !pool.options.some(({ name }) => name === right.name)
          ? moving(option, right.name, pool, context)
          : undefined;
      yield {
        ...atOption(pool, option),
        message: `${option.name} does nothing where it stands in the options of ${libraryOf(pool)} (found ${shownValue(option)})${option.misplaced === undefined ? '' : `: ${option.misplaced}`}.`,
        ...(right && {
          expected: right.name,
          fix: `Write it as ${right.name}.`,
          consequence: consequenceOf(option, right, pool, context),
        }),
        ...(edits && { edits }),
      };
    }
  },
};

function consequenceOf(
  option: DeclaredOption,
  { concept }: KnownOption,
  pool: DeclaredPool,
  { profiles }: FileContext,
): string {
  const options = pool.options.filter((other) => other !== option);
  const setting = settingOf({ ...pool, options }, concept, profiles);
  const what = `The option ${does[concept]}`;
  if (setting.kind !== 'set' && !(setting.kind === 'unset' && setting.value !== undefined))
    return `${what}, and it is not read.`;
  const isTime = 'option' in setting && setting.option.unit !== undefined && /^(?:ms|s|min)$/.test(setting.option.unit);
  const { value = 0 } = setting;
  const inForce = isTime ? shownMs(value) : value;
  return `${what}; ${setting.kind === 'set' ? `${setting.declared.name} has` : 'the default is in force,'} ${inForce}.`;
}
