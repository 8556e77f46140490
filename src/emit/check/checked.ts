import type { PoolSettings } from '../../size/input.ts';

/** A setting in which a file and an answer are not the same. */
export interface SettingDifference extends Place {
  /** As the file has it, in the unit of its key; null where it has none. */
  readonly inFile: string | number | null;
  readonly answer: string | number;
  /** Of both, where they are no more in the unit of their key. */
  readonly unit?: 'ms';
}

/** A setting of which the file alone does not tell what it is, and why. */
export interface UntoldSetting extends Place {
  readonly why: string;
}

interface Place {
  readonly setting: keyof PoolSettings;
  readonly key?: string;
  /** Counted from 1. */
  readonly line?: number;
}

/** What the comparison of a file with an answer came to. */
export interface CheckedSettings {
  readonly differences: readonly SettingDifference[];
  readonly untold: readonly UntoldSetting[];
  /** Settings that are the same. */
  readonly same: readonly (keyof PoolSettings)[];
}

/** Whether the file has the answer: no difference, and at least one setting of which that can be told. */
export function isMatch({ differences, same }: CheckedSettings): boolean {
  return differences.length === 0 && same.length > 0;
}
