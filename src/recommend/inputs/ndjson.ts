import { PoolctlError } from '../../base/errors.ts';

/** One line of a file of JSON documents. */
export interface JsonLine {
  readonly value: Readonly<Record<string, unknown>>;
  readonly number: number;
}

/**
 * What `of` makes of the documents of a file, one a line. A last line that was cut off while it was written is left out.
 * @throws PoolctlError INPUT_INVALID with file and line
 */
export function jsonLines<Row>(text: string, file: string, what: string, of: (line: JsonLine) => Row): Row[] {
  const lines = text.split(/\r?\n/);
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const value = parsed(line);
    if (isJsonObject(value)) return [of({ value, number: index + 1 })];
    if (index === last && index > 0 && value === undefined) return [];
    throw new PoolctlError('INPUT_INVALID', `${file}:${index + 1}: this line is no JSON object.`, {
      hint: `Each line is ${what}.`,
    });
  });
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The first line, for a look at what a file holds; undefined where it is no JSON object. */
export function firstLine(text: string): Readonly<Record<string, unknown>> | undefined {
  const [line = ''] = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .split(/\r?\n/, 1);
  const value = parsed(line);
  return isJsonObject(value) ? value : undefined;
}

/** ISO 8601, or ms since 1970; undefined for what is no moment. */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 1e11 && value < 1e14 ? value : undefined;
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d[T ]/.test(value)) return undefined;
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : moment;
}
