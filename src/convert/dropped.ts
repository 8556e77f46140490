import { withoutUndefined } from '../base/without-undefined.ts';
import { amountOf, inUnitOf } from '../declarations/amount.ts';
import type { Leftover } from '../declarations/classify.ts';
import { type Concept, does } from '../declarations/concepts.ts';
import { type DeclaredEntry, shownKey } from '../declarations/entry.ts';
import type { FoundSetting } from '../declarations/found-setting.ts';
import type { KnownOption } from '../declarations/options.ts';
import { hasSetting } from '../emit/lacks.ts';
import { driverProfile } from '../profiles/load.ts';
import { byHandWords, type Counterpart, counterpartIn, type TargetText, type Wanted } from './by-hand.ts';

/** A setting that no snippet has. */
export interface DroppedSetting {
  readonly key: string;
  readonly line: number;
  /** Where it is a number or a truth value; text may be a secret. */
  readonly value?: number | boolean | string;
  readonly did: string;
  readonly why: string;
}

export interface ChosenTarget extends TargetText {
  readonly name: string;
}

/** What a leftover of the file did, why it is left out, and what the targets have for it. */
export async function nameDropped(
  { entry, concept, option, did, why }: Leftover,
  chosen: readonly ChosenTarget[],
  pool: Pick<Wanted, 'connectionLimit' | 'beside'>,
): Promise<DroppedSetting> {
  // The mode of a pooler is no secret.
  const mode = concept === 'poolMode' && /^[a-z]{1,20}$/.test(String(entry.value)) ? String(entry.value) : undefined;
  const value = shownValue(entry);
  return {
    key: shownKey(entry.key),
    line: entry.line,
    ...withoutUndefined({ value: value ?? mode }),
    did,
    why:
      why ??
      (concept === undefined
        ? 'it is no setting of a pool'
        : await counterparts(chosen, { concept, option, value: value ?? timeIn(entry, option), ...pool })),
  };
}

/** Settings of the file that a target cannot have in any way. */
export async function lackedBy(
  { name, target }: ChosenTarget,
  found: readonly FoundSetting[],
): Promise<DroppedSetting[]> {
  const driver = await driverProfile(target.driver);
  return found.flatMap(({ setting, value, key, line }) => {
    if (key === undefined || line === undefined || value === 0 || setting === 'connectionLimit') return [];
    if (hasSetting(target, driver, setting) || target.instead[setting] !== undefined) return [];
    return [{ key: shownKey(key), line, value, did: does[setting], why: `it cannot be had with ${name}` }];
  });
}

/** The numbers of connections that leftovers of a file ask for. */
export function connectionsBeside(leftovers: readonly Leftover[]): ReadonlyMap<Concept, number> {
  return new Map(
    leftovers.flatMap(({ entry, concept, option }): [Concept, number][] => {
      const value = option?.unit === 'connections' && option.role !== 'and' ? shownValue(entry) : undefined;
      return concept !== undefined && typeof value === 'number' ? [[concept, value]] : [];
    }),
  );
}

function shownValue({ value }: DeclaredEntry): number | boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  const amount = typeof value === 'string' && /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) ? amount : undefined;
}

/** A time that says its own unit, such as `1h`, in the unit of the option. */
function timeIn({ value }: DeclaredEntry, option: KnownOption | undefined): number | undefined {
  if (typeof value !== 'string' || !option?.unit?.endsWith('duration')) return undefined;
  const meaning = amountOf(value, option, { isTyped: false, hasSuffixes: true });
  return meaning.kind === 'amount' ? inUnitOf(option, meaning.amount) : undefined;
}

/** What the targets have for it, in their own words, for the reader to add by hand. */
async function counterparts(chosen: readonly ChosenTarget[], wanted: Wanted): Promise<string> {
  const each = await Promise.all(chosen.map(async (one) => ({ ...one, found: await counterpartIn(one, wanted) })));
  const ofKind = <K extends Counterpart['kind']>(kind: K, words: (one: Named<K>) => string) =>
    each.filter((one): one is Named<K> => one.found.kind === kind).map(words);
  return [
    listed(
      'add it by hand: ',
      ofKind('add', ({ name, target, found }) => byHandWords(name, target.options ?? {}, found)),
    ),
    listed(
      'it is so by default: ',
      ofKind('default', ({ name, found }) => `${name} ${found.option}`),
    ),
    listed(
      'its like, which takes other values: ',
      ofKind('like', ({ name, found }) => `${name} ${found.option}`),
    ),
    listed(
      'it would do nothing: ',
      ofKind('dead', ({ name, found }) => `${name} ${found.option} is ${found.why}`),
    ),
    listed(
      'no such setting in ',
      ofKind('none', ({ name }) => name),
    ),
  ]
    .filter((part) => part !== undefined)
    .join('; ');
}

interface Named<K extends Counterpart['kind']> extends ChosenTarget {
  readonly found: Extract<Counterpart, { kind: K }>;
}

function listed(words: string, each: readonly string[]): string | undefined {
  return each.length > 0 ? `${words}${each.join(', ')}` : undefined;
}
