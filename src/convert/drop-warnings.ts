import type { Warning } from '../base/warning.ts';
import type { DroppedSetting } from './dropped.ts';

/** A warning for each setting that no snippet has. */
export function dropWarnings(dropped: readonly DroppedSetting[], file: string): Warning[] {
  return dropped.map(({ key, line, did, why }) => ({
    code: 'SETTING_DROPPED',
    message: `${file}:${line}: ${key} is left out. It ${did}.`,
    hint: sentence(why),
  }));
}

/** With a capital at its start and a stop at its end. */
export function sentence(text: string): string {
  const capital = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}
