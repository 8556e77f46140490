import { onlyTheType } from '../../declarations/code/values/types.ts';
import { does } from '../../declarations/concepts.ts';
import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import { knownOptionsOf } from '../../declarations/known-options.ts';
import { type NameFact, nameFact } from '../../declarations/option-names.ts';
import { optionsOf } from '../../declarations/options.ts';
import { isAcquireTimeout } from '../pools/acquire-timeout.ts';
import { removal, renaming } from '../pools/edits.ts';
import { rightPlaceOf } from '../pools/right-place.ts';
import { slipOf } from '../pools/slip.ts';
import { doesNothing, strayFate, strayWords } from '../pools/stray-option.ts';
import { atOption, libraryOf, shownValue } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { Rule, RuleReport } from '../rule.ts';

/** An option that the library does not have: misspelt, or another library's. */
export const unsupportedOption: Rule = {
  severity: 'warn',
  *checkPool(pool, context) {
    for (const option of pool.options) {
      // `misplaced-option` says it.
      if (option.misplaced !== undefined || rightPlaceOf(option.name, pool, context.profiles)) continue;
      if (isOnlyTyped(option)) continue;
      if (isArgument(option)) continue;
      const fact = nameFact(option.name, pool, context.profiles);
      const report = reportOf(option, fact, pool, context);
      if (report) yield report;
    }
  },
};

/** A URL that is an argument of its own: `postgres(url, options)`. The name is ours, not the library's. */
function isArgument({ name, place, keyPlace }: DeclaredOption): boolean {
  return /^(?:ur[il]|connection(?:Uri|String)?|clientUrl)$/.test(name) && keyPlace.end === place.end;
}

/** A field of an interface: the program may have a setting of its own beside those of the library. */
function isOnlyTyped({ value }: DeclaredOption): boolean {
  return value.kind === 'unknown' && value.why.startsWith(onlyTheType);
}

function reportOf(
  option: DeclaredOption,
  fact: NameFact,
  pool: DeclaredPool,
  context: FileContext,
): RuleReport | undefined {
  if (fact.kind === 'per call') {
    const fate = strayFate(option.name, pool, context.profiles);
    return {
      ...atOption(pool, option),
      message: `${option.name} is no option of a pool of ${libraryOf(pool)} (found ${shownValue(option)}).`,
      expected: `${fact.where}: it is given with each call`,
      consequence: `The library ${strayWords(fate)}, and no statement is limited by it.`,
      fix: `Give it with each call: ${fact.where}.`,
    };
  }
  if (fact.kind !== 'none' && fact.kind !== 'not known') return undefined;
  const meant = slipOf(option.name, fact.names);
  // Another rule says what stands for an acquire timeout; one that is only misspelt is here.
  if (isAcquireTimeout(option.name) && meant === undefined) return undefined;
  const theirs = meant === undefined ? elsewhere(option.name, pool, context) : undefined;
  if (fact.kind === 'not known' && meant === undefined && theirs === undefined) return undefined;
  const fate = strayFate(option.name, pool, context.profiles);
  const instead = meant ?? theirs?.here;
  const isGiven = instead !== undefined && pool.options.some(({ name }) => name === instead);
  const edits = editsOf(option, { meant, isGiven, isStray: doesNothing(fate) }, context);
  return {
    ...atOption(pool, option),
    ...(meant !== undefined && { severity: 'error' as const }),
    message: `${libraryOf(pool)} has no option ${option.name} (found ${shownValue(option)}).`,
    ...(instead !== undefined && { expected: instead }),
    consequence: `The library ${strayWords(fate)}${theirs ? `; in ${theirs.title} it ${theirs.does}` : ''}.`,
    fix: instead === undefined || isGiven ? `Take ${option.name} out.` : `Write ${instead}.`,
    ...(edits && { edits }),
  };
}

/** What the name does in another library, and what it is called here. */
function elsewhere(name: string, pool: DeclaredPool, { profiles }: FileContext) {
  const last = name.slice(name.lastIndexOf('.') + 1);
  for (const id of nodeLibraries) {
    const profile = id === pool.library ? undefined : profiles.get(id);
    if (!profile) continue;
    const theirs = optionsOf(profile).find((option) => option.name.split('.').at(-1) === last && option.role !== 'and');
    if (!theirs || theirs.perCall) continue;
    const here = knownOptionsOf(pool, profiles).find(
      (option) => option.concept === theirs.concept && option.role === 'main' && !option.perCall,
    );
    return { title: id, does: does[theirs.concept], here: here?.name };
  }
  return undefined;
}

/** Whose names people carry from one to another. */
const nodeLibraries = ['mysql2', 'pg', 'mariadb', 'mysql', 'tarn', 'sequelize', 'postgres', 'generic-pool', 'slonik'];

function editsOf(
  option: DeclaredOption,
  { meant, isGiven, isStray }: { meant: string | undefined; isGiven: boolean; isStray: boolean },
  context: FileContext,
): RuleReport['edits'] {
  if (meant !== undefined && !isGiven) return renaming(option, meant.slice(meant.lastIndexOf('.') + 1), context);
  return isStray ? removal(option, context) : undefined;
}
