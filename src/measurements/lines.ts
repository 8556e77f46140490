import { PoolctlError } from '../base/errors.ts';

/** A line of a file of measurements, without blank lines and `#` comments; `refuse` points at it. */
export interface MeasuredLine {
  readonly text: string;
  refuse(why: string, hint: string): never;
}

export function measuredLines(text: string, file: string): MeasuredLine[] {
  return text.split(/\r?\n/).flatMap((raw, index) => measuredLine(raw, index + 1, file) ?? []);
}

/** The same of one line, counted from 1; undefined where nothing is measured in it. */
export function measuredLine(raw: string, number: number, file: string): MeasuredLine | undefined {
  const line = raw.replace(/#.*$/, '').trim();
  const refuse = (why: string, hint: string): never => refuseAt(file, number, why, hint);
  return line === '' ? undefined : { text: line, refuse };
}

/** The error for a file with nothing in it. */
export function refuseEmpty(file: string, hint: string): never {
  return refuseAt(file, 1, 'there is no measurement in it.', hint);
}

function refuseAt(file: string, line: number, why: string, hint: string): never {
  throw new PoolctlError('INPUT_INVALID', `${file}:${line}: ${why}`, { hint });
}

/** Runs a parser of `units.ts` on part of a line, and points at the line when it refuses. */
export function parseIn(line: MeasuredLine, part: string, parse: (text: string, name: string) => number): number {
  try {
    return parse(part, 'the value');
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    return line.refuse(error.message, error.hint ?? '');
  }
}
