import { PoolctlError } from '../base/errors.ts';
import { maxCount, maxDurationMs, parseDurationMs, tidy } from '../base/units.ts';
import { type DeclaredEntry, refuseFile } from './entry.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import type { KnownOption } from './options.ts';

/** How the file writes values. */
export interface Spelling {
  readonly file: string;
  /** Numbers and text differ in the file, as in JSON. */
  readonly isTyped: boolean;
  /** `10s` is understood by the system, and not only `10000`. */
  readonly hasSuffixes: boolean;
}

/** A bare number is ns in Go's time.Duration; a Duration that says its unit comes as text, or as ms. */
const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  'go-duration': 1e-6,
  duration: 1,
  ms: 1,
  s: 1_000,
  min: 60_000,
};

export function isTime({ unit }: Pick<KnownOption, 'unit'>): boolean {
  return unit !== undefined && Object.hasOwn(unitMs, unit);
}

/** An amount in the option's own unit as ms; as it is where it is no time. */
export function inOurUnit(amount: number, { unit }: Pick<KnownOption, 'unit'>): number {
  return tidy(amount * (unitMs[unit ?? ''] ?? 1));
}

/** The inverse: ms as the option's own unit. */
export function inUnitOf({ unit }: Pick<KnownOption, 'unit'>, amount: number): number {
  return tidy(amount / (unitMs[unit ?? ''] ?? 1));
}

/** A value that is no amount, or one that the system refuses: why ("is negative."), and what to write. */
export interface Refusal {
  readonly kind: 'refused';
  readonly why: string;
  readonly hint: string;
}

/** What the value of an option comes to. @throws PoolctlError INPUT_INVALID with file and line, where it is refused */
export function readAmount(
  { key, value, line, file }: DeclaredEntry,
  option: KnownOption,
  spelling: Spelling,
): Meaning {
  const meaning = amountOf(value, option, spelling);
  if (meaning.kind !== 'refused') return meaning;
  throw refuseFile(file ?? spelling.file, line, `${key} ${meaning.why}`, meaning.hint);
}

/**
 * What the value of an option comes to: an amount in ms where it is a time, by what its profile says of its unit, of 0,
 * of negative and other unusual values, and of its range. More than poolctl counts to is no limit.
 */
export function amountOf(
  value: DeclaredEntry['value'],
  option: KnownOption,
  spelling: Omit<Spelling, 'file'>,
): Meaning | Refusal {
  const refuse = (why: string, hint = `${option.name} is a number${unitWords(option)}.`): Refusal => ({
    kind: 'refused',
    why,
    hint,
  });
  const unusual = (kind: 'emptyString' | 'null' | 'numericString' | 'otherString', what: string) => {
    const words = option.unusual?.[kind];
    return words === undefined ? refuse(`is ${what}, and must be a number.`) : said(words);
  };
  const said = (words: string): Meaning | Refusal => {
    const meaning = meaningOf(words);
    if (meaning.kind === 'words' && /^throws/.test(words)) return refuse(`is refused there: it ${words}.`);
    return meaning.kind === 'amount' ? { kind: 'amount', amount: inOurUnit(meaning.amount, option) } : meaning;
  };

  if (typeof value === 'boolean') return refuse('is true or false, and must be a number.');
  if (value === null) return unusual('null', 'null');
  if (value === '') return unusual('emptyString', 'empty');
  const hasOwnUnit = option.unit?.endsWith('duration') === true;
  if (typeof value === 'string' && spelling.isTyped && !hasOwnUnit) {
    if (!isNumber(value)) return unusual('otherString', 'text');
    const words = option.unusual?.numericString;
    if (words !== undefined && !/^read as the number/.test(words)) return said(words);
  }

  const amount = typeof value === 'number' ? value : numberIn(value);
  if (typeof amount !== 'number') return amount;
  if (!Number.isFinite(amount)) return refuse('must be a number.');
  if (!Number.isInteger(amount) && !takesFractions(option)) return refuse('must be a whole number.');
  const words = wordsFor(amount, option);
  if (words !== undefined) return said(words);
  if (amount < 0) return refuse('is negative.');
  const ours = inOurUnit(amount, option);
  return ours > (isTime(option) ? maxDurationMs : maxCount) ? { kind: 'unlimited' } : { kind: 'amount', amount: ours };

  function numberIn(text: string): number | Refusal {
    const inner = /^\$\{[^}:]+:([^}]*)\}$/.exec(text)?.[1] ?? text;
    if (/^\$\{.*\}$/.test(inner)) {
      return refuse('comes from the environment.', `Put the number in its place, or behind a colon: \${NAME:20}.`);
    }
    if (isNumber(inner)) return Number(inner);
    const ms = isTime(option) ? durationIn(inner) : undefined;
    if (ms === undefined) return Number.NaN;
    const converted = inUnitOf(option, ms);
    if (spelling.hasSuffixes || hasOwnUnit) return converted;
    return refuse(`has a unit, and must be a plain number${unitWords(option)}.`, `Write ${converted}.`);
  }
}

/** What the profile says of an amount that is not simply one. */
function wordsFor(amount: number, { zero, unusual, range }: KnownOption): string | undefined {
  if (amount === 0 && zero !== undefined) return zero;
  if (amount < 0 && unusual?.negative !== undefined) return unusual.negative;
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, outside } = range ?? {};
  return amount < least || amount > most ? outside : undefined;
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(text);
}

function durationIn(text: string): number | undefined {
  try {
    return parseDurationMs(text.trim(), '');
  } catch (error) {
    if (error instanceof PoolctlError) return undefined;
    throw error;
  }
}

function takesFractions(option: KnownOption): boolean {
  return isTime(option) && !/^(?:int|integer|long)\b/.test(option.type ?? '');
}

const names: Readonly<Record<string, string>> = {
  ms: ' of milliseconds',
  s: ' of seconds',
  min: ' of minutes',
  ns: ' of nanoseconds',
  'go-duration': ' of nanoseconds, or a time such as 5m',
  duration: ', a time such as 30s',
};

function unitWords({ unit }: KnownOption): string {
  return unit === undefined ? '' : (names[unit] ?? ` of ${unit}`);
}
