import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import { driversBelow, knownOptionsOf } from '../../declarations/known-options.ts';
import { isAcquireTimeout } from '../pools/acquire-timeout.ts';
import { removal } from '../pools/edits.ts';
import { rightPlaceOf } from '../pools/right-place.ts';
import { slipOf } from '../pools/slip.ts';
import { doesNothing, strayFate, strayWords } from '../pools/stray-option.ts';
import { atOption, libraryOf, shownValue, whenTaken } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { Rule } from '../rule.ts';

/** A limit of the wait for a connection that the library does not have. */
export const acquireTimeoutUnsupported: Rule = {
  severity: 'error',
  *checkPool(pool, context) {
    const { profiles } = context;
    const known = knownOptionsOf(pool, profiles);
    for (const option of pool.options) {
      if (!isAcquireTimeout(option.name) || option.misplaced !== undefined) continue;
      if (rightPlaceOf(option.name, pool, profiles)) continue;
      const own = known.find(({ name }) => name === option.name);
      if (own?.concept === 'acquireTimeout') continue;
      // One that is only misspelt is `unsupported-option`.
      if (
        slipOf(
          option.name,
          known.map(({ name }) => name),
        ) !== undefined
      )
        continue;
      const fate = strayFate(option.name, pool, profiles);
      const does = own ? 'does not limit the wait for a connection' : 'has no effect';
      const edits =
        own || !doesNothing(fate) || isRead(option.name, pool, context) ? undefined : removal(option, context);
      yield {
        ...atOption(pool, option),
        ...(own && { severity: 'info' as const }),
        message: `${option.name} ${does} with ${libraryOf(pool)} (found ${shownValue(option)}).`,
        expected: expectedOf(pool, context),
        consequence: `${own ? '' : `The library ${strayWords(fate)}. `}${whenTaken(pool, profiles)}, ${waitOf(pool, context)}.`,
        fix: fixOf(pool, context),
        ...(edits && { edits }),
      };
    }
  },
};

/** An ORM may hand on an option that it has no use for itself, and one of its drivers may read it. */
function isRead(name: string, pool: DeclaredPool, { profiles }: FileContext): boolean {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return driversBelow(pool, profiles.get(pool.library)?.wraps ?? []).some((library) =>
    knownOptionsOf({ library }, profiles).some((option) => option.name === last),
  );
}

function limitOf(pool: DeclaredPool, { profiles }: FileContext): string | undefined {
  return knownOptionsOf(pool, profiles).find(({ concept, role }) => concept === 'acquireTimeout' && role === 'main')
    ?.name;
}

function expectedOf(pool: DeclaredPool, context: FileContext): string {
  const limit = limitOf(pool, context);
  return limit === undefined ? 'no such option: this library has none' : limit;
}

function waitOf(pool: DeclaredPool, context: FileContext): string {
  return limitOf(pool, context) === undefined
    ? 'the next request waits without a limit'
    : 'the next request does not give up after that time';
}

function fixOf(pool: DeclaredPool, context: FileContext): string {
  const limit = limitOf(pool, context);
  if (limit !== undefined) return `Use ${limit} instead.`;
  const note = context.profiles.get(pool.library)?.options.acquireTimeout?.note;
  const replacement = /Replacement: (.+)$/s.exec(note ?? '')?.[1];
  return replacement === undefined
    ? 'Bound the wait in your code, and give back a connection that comes too late.'
    : `Instead, ${replacement}`;
}
