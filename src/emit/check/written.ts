import type { MetAssignment } from '../merge/met.ts';
import type { CheckedSettings } from './checked.ts';

/** Compares by what `--write` would change in the file. */
export function checkWritten(met: readonly MetAssignment[]): CheckedSettings {
  const inState = (...states: readonly MetAssignment['state'][]) => met.filter(({ state }) => states.includes(state));
  return {
    differences: inState('other', 'missing').map(({ of, written, value, ...met }) => ({
      setting: of,
      ...placeOf(met),
      inFile: written === undefined ? null : shown(written),
      answer: value,
    })),
    untold: inState('untold').map(({ of, names = [], ...met }) => ({
      setting: of,
      ...placeOf(met),
      why:
        names.length > 0
          ? `${names.join(' or ')} decides where it is set`
          : 'it holds more than the setting, or comes from outside the file',
    })),
    same: [...new Set(inState('same').map(({ of }) => of))],
  };
}

function placeOf({ key, line }: Pick<MetAssignment, 'key' | 'line'>) {
  return { key, ...(line !== undefined && { line }) };
}

/** Only amounts and references are shown: other text may be a secret in the wrong place. */
function shown(written: string): string | number {
  if (/^-?\d+(?:\.\d+)?$/.test(written)) return Number(written);
  return /^-?\d+(?:\.\d+)?\s*[a-z]{1,7}$/i.test(written) || /^\$\{[\w.:-]+\}$/.test(written) ? written : 'other text';
}
