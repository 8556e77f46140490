import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { inOurUnit, inUnitOf, isTime } from '../declarations/amount.ts';
import type { Leftover } from '../declarations/classify.ts';
import { type Concept, does } from '../declarations/concepts.ts';
import { type DeclaredEntry, shownKey } from '../declarations/entry.ts';
import type { FoundSetting } from '../declarations/found-setting.ts';
import type { KnownOption } from '../declarations/options.ts';
import { hasSetting } from '../emit/lacks.ts';
import type { Target } from '../emit/target.ts';
import type { DriverProfile } from '../profiles/driver.ts';
import { driverProfile } from '../profiles/load.ts';

/** A setting that no snippet has. */
export interface DroppedSetting {
  readonly key: string;
  readonly line: number;
  /** Where it is a number or a truth value; text may be a secret. */
  readonly value?: number | boolean | string;
  readonly did: string;
  readonly why: string;
}

export interface ChosenTarget {
  readonly name: string;
  readonly target: Target;
}

/** What a leftover of the file did, why it is left out, and what the targets have for it. */
export async function nameDropped(
  { entry, concept, option, did, why }: Leftover,
  chosen: readonly ChosenTarget[],
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
      (concept === undefined ? 'it is no setting of a pool' : await counterparts(chosen, concept, option, value)),
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

export function dropWarnings(dropped: readonly DroppedSetting[], file: string): Warning[] {
  return dropped.map(({ key, line, did, why }) => ({
    code: 'SETTING_DROPPED',
    message: `${file}:${line}: ${key} is left out. It ${did}.`,
    hint: sentence(why),
  }));
}

function shownValue({ value }: DeclaredEntry): number | boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  const amount = typeof value === 'string' && /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) ? amount : undefined;
}

/** What the targets call it, with the value in their unit, for the reader to add by hand. */
async function counterparts(
  chosen: readonly ChosenTarget[],
  concept: Concept,
  option: KnownOption | undefined,
  value: number | boolean | undefined,
): Promise<string> {
  const each = await Promise.all(
    chosen.map(async ({ name, target }) => {
      const theirs = (await driverProfile(target.driver)).options[concept];
      const amount = theirs && option && typeof value === 'number' ? converted(value, option, theirs) : undefined;
      return {
        name,
        theirs: theirs?.option && [name, theirs.option, ...(amount === undefined ? [] : [amount])].join(' '),
      };
    }),
  );
  const [having, lacking] = [each.flatMap(({ theirs }) => theirs ?? []), each.filter(({ theirs }) => !theirs)];
  return [
    ...(having.length > 0 ? [`add it by hand: ${having.join(', ')}`] : []),
    ...(lacking.length > 0 ? [`no such setting in ${lacking.map(({ name }) => name).join(', ')}`] : []),
  ].join('; ');
}

/** Only a plain amount: what 0 and less mean differs from system to system. */
function converted(
  value: number,
  option: KnownOption,
  theirs: NonNullable<DriverProfile['options'][Concept]>,
): string | undefined {
  const to = { unit: theirs.unit };
  if (value <= 0 || option.role === 'and' || isTime(option) !== isTime(to)) return undefined;
  if (!isTime(option)) return option.unit === theirs.unit ? `${value}` : undefined;
  const amount = inUnitOf(to, inOurUnit(value, option));
  const { most, outside } = theirs.range ?? { outside: '' };
  return most !== undefined && amount > most
    ? `${most} ${theirs.unit} (more is taken for ${outside})`
    : `${amount} ${theirs.unit}`;
}

export function sentence(text: string): string {
  const capital = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}
