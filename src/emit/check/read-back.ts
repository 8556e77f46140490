import type { Settable } from '../../declarations/concepts.ts';
import type { FoundSetting, Unkept } from '../../declarations/found-setting.ts';
import type { PoolSettings } from '../../size/input.ts';
import type { CheckedSettings, SettingDifference, UntoldSetting } from './checked.ts';

/** The settings that `convert` reads of a pool. */
export interface ReadBack {
  readonly found: readonly FoundSetting[];
  readonly unkept: readonly Unkept[];
}

/** What `convert` calls our settings. */
export const settableOf: Readonly<Record<keyof PoolSettings, Settable | undefined>> = {
  connectionLimit: 'connectionLimit',
  queueLimit: 'queueLimit',
  nobodyWaits: undefined,
  acquireTimeoutMs: 'acquireTimeout',
  connectTimeoutMs: 'connectTimeout',
  queryTimeoutMs: 'queryTimeout',
};

/**
 * Compares the settings that are read from a file with those that are read from the snippet of the answer, so that both
 * went through the same units, and what a driver cannot say counts for neither.
 */
export function checkReadBack(
  file: ReadBack,
  snippet: ReadBack,
  given: readonly (keyof PoolSettings)[],
): CheckedSettings {
  const differences: SettingDifference[] = [];
  const untold: UntoldSetting[] = [];
  const same: (keyof PoolSettings)[] = [];
  for (const setting of given) {
    const kind = settableOf[setting];
    const answer = snippet.found.find((found) => found.setting === kind);
    if (kind === undefined || answer === undefined) continue;
    const found = file.found.find((candidate) => candidate.setting === kind);
    const place = placeOf(found);
    const isEqual = found?.value === answer.value && found.isNone === answer.isNone;
    const unknown = file.unkept.find(({ option }) => option.concept === kind);
    if (answer.from === 'poolctl') {
      untold.push({ setting, ...place, why: 'the snippet does not say it either' });
    } else if (found?.from === 'poolctl' || (!found && unknown)) {
      const why = unknown?.why.replace(/;.*$/s, '') ?? 'it is not in this file';
      untold.push({ setting, ...(unknown && { key: unknown.entry.key, line: unknown.entry.line }), why });
    } else if (!isEqual) {
      differences.push({
        setting,
        ...place,
        inFile: found ? amount(found) : null,
        answer: amount(answer),
        ...unitOf(answer),
      });
    } else if (found?.isReference) {
      untold.push({ setting, ...place, why: 'the environment decides where it is set' });
    } else same.push(setting);
  }
  return { differences, untold, same };
}

function placeOf(found: FoundSetting | undefined): { key?: string; line?: number } {
  if (found?.from !== 'file') return {};
  const { key, line } = found;
  return { ...(key !== undefined && { key }), ...(line !== undefined && { line }) };
}

function amount({ value, isNone }: FoundSetting): number | 'none' {
  return isNone ? 'none' : value;
}

function unitOf({ unit }: FoundSetting): { unit?: 'ms' } {
  return unit === 'ms' ? { unit } : {};
}
