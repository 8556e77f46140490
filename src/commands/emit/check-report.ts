import { formatCount, formatDuration } from '../../base/units.ts';
import type { Report } from '../../cli/output.ts';
import { isMatch, type SettingDifference, type UntoldSetting } from '../../emit/check/checked.ts';
import type { FileCheck } from './check.ts';

/** What `emit --check` says. */
export function checkReport({ warnings, ...check }: FileCheck): Report {
  const { file, title, differences, untold, same } = check;
  const matches = isMatch(check);
  return {
    schema: 'poolctl.emit-check/1',
    result: { ...check, matches },
    warnings,
    view: () => ({
      headline: `${file}: ${verdict()} (${title})`,
      tables: [
        ...(differences.length > 0 ? [differencesTable(differences)] : []),
        ...(untold.length > 0 ? [untoldTable(untold)] : []),
      ],
      warnings,
    }),
  };

  function verdict(): string {
    const { length: count } = differences;
    if (count > 0) return `${formatCount(count, 'setting')} ${count === 1 ? 'differs' : 'differ'} from the answer`;
    if (same.length === 0) return 'none of the settings can be told from it';
    return untold.length > 0 ? 'has the answer, as far as it tells' : 'has the answer';
  }
}

function differencesTable(differences: readonly SettingDifference[]) {
  return {
    title: 'Differences',
    head: ['setting', 'the file', 'the answer', 'where'],
    rows: differences.map(({ setting, inFile, answer, unit, key, line }) => [
      setting,
      inFile === null ? 'not set' : shown(inFile, unit),
      shown(answer, unit),
      line === undefined ? (key ?? 'the default') : `${key}, line ${line}`,
    ]),
  };
}

function untoldTable(untold: readonly UntoldSetting[]) {
  return {
    title: 'Cannot be told',
    rows: untold.map(({ setting, key, line, why }) => [
      setting,
      `${line === undefined ? '' : `${key}, line ${line}: `}${why}`,
    ]),
  };
}

function shown(value: string | number, unit: 'ms' | undefined): string {
  if (typeof value === 'string' || unit === undefined) return `${value}`;
  return value === 0 ? 'no limit' : formatDuration(value);
}
