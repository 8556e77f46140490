import { PoolctlError } from '../base/errors.ts';
import { formatCount } from '../base/units.ts';
import type { Profiles } from '../declarations/classify.ts';
import { type FilePool, settlePool } from './file-pool.ts';
import type { ReadRequest } from './request.ts';

/** Those that --at names, in the order that it names them in. @throws PoolctlError VALUE_INVALID for one that is not there */
export function chosenPools(drafts: readonly FilePool[], { at, file }: ReadRequest): readonly FilePool[] {
  if (at === undefined || at.length === 0) return drafts;
  return at.flatMap((wanted) => {
    const found = drafts.filter((draft) => isAt(draft, wanted));
    if (found.length > 0) return found;
    const places = drafts.map((draft) => draft.at).filter(Boolean);
    throw new PoolctlError('VALUE_INVALID', `There is no pool at "${wanted}" in ${file}.`, {
      hint: places.length > 0 ? `Its pools are at ${places.join(', ')}.` : 'It has one pool; leave --at out.',
    });
  });
}

/** By the whole place, or by the last names of it. */
function isAt({ at }: FilePool, wanted: string): boolean {
  const [place, given] = [at.toLowerCase(), wanted.toLowerCase()];
  return place === given || place.endsWith(`.${given}`);
}

/** The one pool of a file. @throws PoolctlError INPUT_MISSING where it has several, with their names and sizes */
export function theOnePool(drafts: readonly FilePool[], file: string, profiles: Profiles): FilePool {
  const [only, second] = drafts;
  if (only && !second) return only;
  const words = drafts.slice(0, mostNamed).map((draft) => described(draft, profiles));
  const more = drafts.length > mostNamed ? ` and ${drafts.length - mostNamed} more` : '';
  const called = file === '-' ? 'Standard input' : file;
  throw new PoolctlError(
    'INPUT_MISSING',
    `${called} has ${formatCount(drafts.length, 'pool')}: ${words.join('; ')}${more}.`,
    { hint: `Choose with ${flagFor(drafts)}, or convert them one after the other with --all.` },
  );
}

const mostNamed = 12;

function described(draft: FilePool, profiles: Profiles): string {
  const where = draft.springProfile === undefined ? draft.at : profileWords(draft);
  const of = where === '' ? draft.reader.title : where;
  const size = sizeOfDraft(draft, profiles);
  return size === undefined ? of : `${of} (${formatCount(size, 'connection')})`;
}

function profileWords({ springProfile, at }: FilePool): string {
  return `profile ${springProfile}${at === '' || at === 'spring.datasource' ? '' : `, ${at}`}`;
}

function sizeOfDraft(draft: FilePool, profiles: Profiles): number | undefined {
  try {
    return settlePool(draft, profiles).settings.connectionLimit;
  } catch (error) {
    if (error instanceof PoolctlError) return undefined;
    throw error;
  }
}

function flagFor(drafts: readonly FilePool[]): string {
  const profiles = [...new Set(drafts.flatMap(({ springProfile }) => springProfile ?? []))];
  if (profiles.length > 1) return `--spring-profile ${profiles.find((name) => name !== 'default')}`;
  const places = [...new Set(drafts.map(({ at }) => at).filter(Boolean))];
  const names = [...new Set(drafts.map(({ name }) => name))];
  return places.length > 1 ? `--at ${places.at(-1)}` : `--from ${names[0]}`;
}
