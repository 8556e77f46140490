import { PoolctlError } from '../base/errors.ts';
import { parseCount, parseDurationMs, parseRatePerSecond, parseRatio } from '../base/units.ts';

/** What a flag takes: how it is written, read, and completed by a shell. */
export interface Takes<T> {
  /** As the help writes it: `<time>`. */
  readonly placeholder: string;
  /** `source` names the flag or variable in messages. @throws PoolctlError VALUE_INVALID */
  readonly parse: (text: string, source: string) => T;
  /** One that is accepted, for tests and documents. */
  readonly example: string;
  /** How the name of such a value ends: `p95Ms`. */
  readonly unit?: 'Ms' | 'PerSecond' | 'Ratio';
  /** What a shell offers: files, or words; a list that takes loading is looked up when it is asked for. */
  readonly offers?: 'files' | readonly string[] | (() => Promise<readonly string[]>);
  /** Several of the words, with commas between them. */
  readonly isList?: boolean;
}

type More<T> = Omit<Takes<T>, 'placeholder' | 'example' | 'parse'>;

export function takes<T>(placeholder: string, example: string, parse: Takes<T>['parse'], more: More<T> = {}): Takes<T> {
  return { placeholder, example, parse, ...more };
}

/** A text that is taken as it is. */
export function aText(placeholder: string, example: string, offers?: Takes<string>['offers']): Takes<string> {
  return takes(placeholder, example, (text) => text, offers === undefined ? {} : { offers });
}

/** One of a few words. */
export function aWord<const Word extends string>(placeholder: string, words: readonly Word[]): Takes<Word> {
  return takes(placeholder, words[0] ?? '', parseChoice(words), { offers: words });
}

export const aTime = takes('<time>', '300ms', parseDurationMs, { unit: 'Ms' });
export const aRate = takes('<rate>', '200', parseRatePerSecond, { unit: 'PerSecond' });
export const aShare = takes('<share>', '25%', parseRatio, { unit: 'Ratio' });
export const aCount = takes('<n>', '3', (text, source) => parseCount(text, source));
export const aCountOrZero = takes('<n>', '3', (text, source) => parseCount(text, source, 0));
export const aFile = aText('<file>', 'some.file', 'files');
export const anEngine = aWord('<engine>', ['postgres', 'mysql', 'mariadb']);

/** A parser for a value that must be one of a few words. */
export function parseChoice<const Choice extends string>(choices: readonly Choice[]) {
  return (text: string, source: string): Choice => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not known.`, {
      hint: `Write one of ${choices.join(', ')}.`,
    });
  };
}

/** What every row of a table of flags says. Rows are plain data; what a command does with the value is its own matter. */
interface Row {
  /** As `--help` shows it. */
  readonly help: string;
  /** One letter: `o` for -o. */
  readonly short?: string;
}

/** `--json`: on or off, on the command line only. */
export interface SwitchRow extends Row {
  readonly takes?: undefined;
}

/** `--p95 <time>`, or POOLCTL_P95. */
export interface ValueRow<T> extends Row {
  readonly takes: Takes<T>;
  /** Read as if it had been given where nothing is. */
  readonly default?: string;
  /** The flag may stand without a value, and then means this. */
  readonly ifBare?: string;
}

/** `--file a.sql --file b.sql`. */
export interface ManyRow<T> extends Row {
  readonly takes: Takes<T>;
  readonly isRepeatable: true;
}

export type FlagRow = SwitchRow | ValueRow<unknown> | ManyRow<unknown>;

/** A row with its name (without dashes) and the group of the help that it stands in. */
export type Flag<R extends FlagRow = FlagRow> = R & { readonly flag: string; readonly group: string };

/** A value and where it came from: `--p95`, `POOLCTL_P95`, `profile large: headroom`. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/** The rows of one group of the help, by the names of their flags and in their order. */
export function flagGroup<const Rows extends Readonly<Record<string, FlagRow>>>(group: string, rows: Rows) {
  const flags = Object.entries(rows).map(([flag, row]) => [flag, { ...row, flag, group }]);
  return Object.fromEntries(flags) as { readonly [Name in keyof Rows]: Flag<Rows[Name]> };
}

/** The name of the environment variable behind a flag: POOLCTL_TOTAL_TPS for `total-tps`. */
export function variableOf(flag: string): string {
  return `POOLCTL_${flag.toUpperCase().replaceAll('-', '_')}`;
}
