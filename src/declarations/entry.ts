import { PoolctlError } from '../base/errors.ts';

export const fileFormats = ['yaml', 'properties', 'ini', 'dotenv'] as const;
/** JSON is read as YAML, of which it is a part. */
export type FileFormat = (typeof fileFormats)[number];

/** A setting as it stands in a file: its key, with dots where it is nested, and its value. */
export interface DeclaredEntry {
  readonly key: string;
  readonly value: string | number | boolean | null;
  /** Counted from 1. */
  readonly line: number;
  /** The `[section]` of an ini file. */
  readonly section?: string;
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

/** Lines of a text with their numbers, without those of keys and certificates. */
export function linesOf(text: string): { text: string; line: number }[] {
  let inPem = false;
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((raw, index) => {
      const [begins, ends] = [/-----BEGIN /.test(raw), /-----END /.test(raw)];
      const isPem = inPem && !begins;
      inPem = (inPem || begins) && !ends;
      return { text: isPem ? '' : raw, line: index + 1 };
    });
}
