import { PoolctlError } from '../base/errors.ts';

export const fileFormats = [
  ...(['yaml', 'properties', 'ini', 'dotenv', 'toml', 'xml'] as const),
  ...(['libconfig', 'odyssey', 'postgres-conf'] as const),
] as const;
/** JSON is read as YAML, of which it is a part. `libconfig` is what ProxySQL has, `postgres-conf` what pgpool-II has. */
export type FileFormat = (typeof fileFormats)[number];

/** Offsets of a stretch of text, counted from 0; the end is behind it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A setting as it stands in a file: its key, with dots where it is nested, and its value. */
export interface DeclaredEntry {
  readonly key: string;
  readonly value: string | number | boolean | null;
  /** Counted from 1. */
  readonly line: number;
  readonly keyAt: Stretch;
  readonly valueAt: Stretch;
  /** The `[section]` of an ini file. */
  readonly section?: string;
  /** Why its value is not known, though it is set: `ENV.fetch("POOL")` in a template, an expression of code. */
  readonly unknown?: string;
  /** The file that it stands in, where that is another one than is read: one that is included. */
  readonly file?: string;
  /** What another program that reads the file would make of its value, or what its own makes of it: a whole sentence. */
  readonly differs?: string;
  /** The document of a file that has several, counted from 0. */
  readonly document?: number;
}

/** The error for a line that cannot be read. No value is ever quoted: it may be a secret. */
export function refuseFile(file: string, line: number, why: string, hint: string): PoolctlError {
  return new PoolctlError('INPUT_INVALID', `${file}:${line}: ${why}`, { hint });
}

/** The error for two lines that contradict each other. */
export function contradiction(file: string, line: number, why: string, hint: string): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', `${file}:${line}: ${why}`, { hint });
}

/** A key as it may be shown. Text that does not look like a key may be part of a secret. */
export function shownKey(key: string): string {
  return /^[\w.$*%?[\]-]{1,80}$/.test(key) ? key : '(an unusual key)';
}

/** A line of a text, and where it begins. */
export interface TextLine {
  readonly text: string;
  readonly line: number;
  readonly offset: number;
}

/** Lines of a text with their numbers, without those of keys and certificates. */
export function linesOf(text: string): TextLine[] {
  let inPem = false;
  let offset = 0;
  const lines: TextLine[] = [];
  for (const [index, [whole, raw = '']] of [...text.matchAll(/([^\r\n]*)(?:\r\n|\n|\r|$)/g)].entries()) {
    // The match behind a last line without a line end.
    if (whole === '' && index > 0 && !/[\r\n]$/.test(text)) break;
    const [begins, ends] = [/-----BEGIN /.test(raw), /-----END /.test(raw)];
    const isPem = inPem && !begins;
    inPem = (inPem || begins) && !ends;
    const mark = index === 0 && raw.startsWith('\uFEFF') ? 1 : 0;
    lines.push({ text: isPem ? '' : raw.slice(mark), line: index + 1, offset: offset + mark });
    offset += whole.length;
  }
  return lines;
}
