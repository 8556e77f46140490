import { didYouMean } from '../base/suggest.ts';
import { formatNumber } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { type Leftover, optionsIndex } from '../declarations/classify.ts';
import { type Concept, does } from '../declarations/concepts.ts';
import { meantBy, synonymsIn } from '../declarations/synonyms.ts';
import { allDriverProfiles } from '../profiles/all-drivers.ts';
import type { DriverOptions } from '../profiles/driver.ts';
import type { PoolRead } from './file-pool.ts';

/** More are counted, and not named one by one. */
const mostNamed = 20;

/** What is left over, with the first keys that the system does not know told apart; the others are counted. */
export async function withUnknownNamed(pool: PoolRead): Promise<{ named: readonly Leftover[]; more: number }> {
  const unknown = pool.leftovers.filter((leftover) => leftover.unknown !== undefined);
  if (unknown.length === 0) return { named: pool.leftovers, more: 0 };
  const profiles = await allDriverProfiles();
  const shown = new Set(unknown.slice(0, mostNamed));
  const named = pool.leftovers.flatMap((leftover) => {
    if (leftover.unknown === undefined) return [leftover];
    return shown.has(leftover) ? [{ ...leftover, why: whyUnknown(leftover, leftover.unknown, pool, profiles) }] : [];
  });
  return { named, more: unknown.length - shown.size };
}

/** That there are more of them than are named. */
export function moreUnknown(more: number, { reader }: PoolRead, file: string): Warning[] {
  if (more === 0) return [];
  const keys = more === 1 ? '1 more key is' : `${formatNumber(more)} more keys are`;
  return [
    {
      code: 'SETTING_DROPPED',
      message: `${file}: ${keys} not known to ${reader.title}, and left out.`,
      hint: 'Leave only the settings of the pool in the file to see each.',
    },
  ];
}

function whyUnknown(
  { entry }: Leftover,
  name: string,
  { reader, picked, driver }: PoolRead,
  profiles: ReadonlyMap<string, DriverOptions>,
): string {
  const profile = profiles.get(driver);
  const spelled = (candidate: string) => spelledLike(entry.key, candidate);
  const last = name.split('.').at(-1) ?? name;
  const meant = rivalMeaning(name, reader.rivals ?? [], profiles) ?? meantBy(last, synonymsIn(profiles));
  if (meant) return hereItIs(meant, profile, reader.title, spelled);
  const prefix = name.slice(0, name.length - last.length);
  const names = [
    ...optionsIndex(reader, picked, profiles).map((option) => option.name),
    ...Object.keys(reader.others),
    ...reader.login,
  ];
  const nearest = didYouMean(
    spelled(last),
    names
      .filter((candidate) => !candidate.endsWith('*') && candidate.startsWith(prefix))
      .map((candidate) => spelled(candidate.slice(prefix.length))),
  );
  return nearest.trim() || 'no option of that name is known';
}

interface Meant {
  readonly concept: Concept;
  readonly title?: string;
}

/** Systems that are easily taken for this one are asked first. */
function rivalMeaning(
  name: string,
  rivals: readonly string[],
  profiles: ReadonlyMap<string, DriverOptions>,
): Meant | undefined {
  for (const rival of rivals) {
    const theirs = profiles.get(rival);
    const one = theirs && new Map([[rival, theirs]]);
    const meant = one && meantBy(name, synonymsIn(one));
    if (theirs && meant?.title !== undefined) return { concept: meant.concept, title: theirs.title };
  }
  return undefined;
}

function hereItIs(
  { concept, title }: Meant,
  profile: DriverOptions | undefined,
  system: string,
  spelled: (name: string) => string,
): string {
  const other = title === undefined || title === system ? '' : `${title} has it; `;
  const option = profile?.options[concept];
  if (option?.option !== undefined) {
    return option.perCall
      ? `${other}here it goes with each call: ${option.of ?? option.option}`
      : `${other}here it is ${spelled(option.option)}`;
  }
  if (option?.note !== undefined && other === '') return firstSentence(option.note);
  return `${other}${system} has nothing that ${does[concept]}, so it does nothing`;
}

/** In the kebab-case that Spring's files are written in, where this key is. */
function spelledLike(key: string, name: string): string {
  return key.includes('-') ? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) : name;
}

function firstSentence(text: string): string {
  return /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/:$/, '.') ?? text;
}
