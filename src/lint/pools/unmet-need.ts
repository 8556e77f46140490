import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import { type Drivers, knownOptionsOf } from '../../declarations/known-options.ts';
import type { KnownOption } from '../../declarations/options.ts';
import { settingOf } from '../../declarations/setting.ts';
import type { OptionNeed } from '../../profiles/driver-option.ts';

/** An option of a pool that does not do what it says, because of another one. */
export interface UnmetNeed {
  readonly declared: DeclaredOption;
  readonly need: OptionNeed;
}

/** The options of a pool that do nothing as they stand, by what their profile says that they need. */
export function unmetNeeds(pool: DeclaredPool, drivers: Drivers): UnmetNeed[] {
  const known = knownOptionsOf(pool, drivers);
  return pool.options.flatMap((declared) => {
    const option = known.find(({ name, needs }) => name === declared.name && needs !== undefined);
    if (!option || declared.misplaced !== undefined || isOff(declared)) return [];
    const need = (option.needs ?? []).find((one) => isUnmet(one, option, declared, { pool, known, drivers }));
    return need ? [{ declared, need }] : [];
  });
}

/** 0 and false turn most options off, and what is not known may. */
function isOff({ value }: DeclaredOption): boolean {
  if (value.kind === 'unknown') return true;
  return value.value === null || value.value === false || /^(?:false|-?0*|-\d+)$/.test(String(value.value).trim());
}

function isUnmet(
  { option: name, or, below, above, aboveBy, notAboveIt, is }: OptionNeed,
  own: KnownOption,
  declared: DeclaredOption,
  { pool, known, drivers }: { pool: DeclaredPool; known: readonly KnownOption[]; drivers: Drivers },
): boolean {
  const given = name === own.name ? declared : pool.options.find((one) => one.name === name);
  if (!given && pool.opaque !== undefined) return false;
  if (given?.value.kind === 'unknown' || pool.options.some((one) => one.name === or)) return false;
  const standard = known.find((one) => one.name === name)?.default;
  const value = given?.value.kind === 'known' ? given.value.value : standard;
  const number = typeof value === 'boolean' || value === null ? Number.NaN : Number(value);
  if (is !== undefined) return value !== undefined && String(value) !== String(is);
  if (below !== undefined && !given) return !Number.isFinite(number);
  if (Number.isNaN(number)) return false;
  if (above !== undefined && number <= above) return true;
  if (notAboveIt) return declared.value.kind === 'known' && number > Number(declared.value.value);
  if (below !== undefined) {
    const size = settingOf(pool, below, drivers);
    return (size.kind === 'set' || size.kind === 'unset') && size.value !== undefined && number >= size.value;
  }
  if (aboveBy === undefined || declared.value.kind !== 'known' || number <= 0) return false;
  return number < Number(declared.value.value) + aboveBy;
}
