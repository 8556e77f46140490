import { PoolctlError } from '../../base/errors.ts';
import { placeFinder } from '../code/lines.ts';
import type { DeclaredEntry } from '../entry.ts';

/** Whether a text has a tag of ERB, Ruby's templates, in it. */
export function hasErb(text: string): boolean {
  return text.includes('%>', text.indexOf('<%') + 2) && text.includes('<%');
}

/**
 * Entries of a file with tags of ERB, which is no YAML before they are filled in: `parse` is given the text with something
 * harmless of the same length in their place, and values have them again as they are written. Tags that print nothing are
 * blank, so that of `<% if %>` the keys of both arms are there.
 */
export function withErb(text: string, file: string, parse: (text: string) => DeclaredEntry[]): DeclaredEntry[] {
  const place = placeFinder(file, text);
  return parsedWith(parse, masked(text)).map((entry) => {
    const { start, end } = entry.valueAt;
    const written = text.slice(start, end);
    const line = place({ start: entry.keyAt.start, end: entry.keyAt.start }).line;
    if (typeof entry.value !== 'string' || !hasErb(written)) return { ...entry, line };
    return { ...entry, line, value: filledIn(written.trim().replace(/^(["'])(.*)\1$/s, '$2')) };
  });
}

/** @throws PoolctlError that names ERB, where both arms of a condition have a key */
function parsedWith(parse: (text: string) => DeclaredEntry[], text: string): DeclaredEntry[] {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof PoolctlError) || error.code !== 'INPUT_CONTRADICTION') throw error;
    throw new PoolctlError(error.code, `${error.message} Conditions of ERB are not followed: both arms are read.`, {
      hint: 'Give the file as it is where the application runs, with the ERB filled in, or leave one arm.',
    });
  }
}

/** By searches rather than one pattern, which would look for the end of each tag that has none up to the end of the text. */
function masked(text: string): string {
  let done = '';
  for (let at = 0; ; ) {
    const start = text.indexOf('<%', at);
    const end = start < 0 ? -1 : text.indexOf('%>', start + 2);
    if (end < 0) return done + text.slice(at);
    const whole = text.slice(start, end + 2);
    const instead = whole.startsWith('<%=') ? '_'.repeat(whole.length) : whole.replace(/[^\r\n]/g, ' ');
    done += text.slice(at, start) + instead;
    at = end + 2;
  }
}

/** Longer than a reference to a variable is. */
const longestCode = 200;

const name = /["'](\w+)["']/.source;
const literal = /\(?\s*["']?([\w.-]+)["']?\s*\)?/.source;
/** `ENV.fetch("POOL") { 5 }`, `ENV.fetch("POOL", 5)`, `ENV["POOL"] || 5`, with or without a default and `.to_i` behind them. */
const variables = [
  new RegExp(String.raw`^ENV\.fetch\(?\s*${name}\s*\)?\s*(?:\{\s*${literal}\s*\})?$`),
  new RegExp(String.raw`^ENV\.fetch\(?\s*${name}\s*,\s*${literal}\s*\)?$`),
  new RegExp(String.raw`^ENV\[\s*${name}\s*\](?:\s*(?:\|\||or)\s*${literal})?$`),
];

/** A tag that is one variable of the environment as `${NAME:default}`, as all files of settings have those. */
function filledIn(written: string): string {
  const isOneTag = written.startsWith('<%=') && written.indexOf('%>') === written.length - 2;
  if (!isOneTag || written.length > longestCode) return written;
  const code = written.slice(3, -2).replace(/-$/, '').trim();
  const plain = code.replace(/\.to_(?:i|f|s|json)$/, '').replace(/^Integer\((.*)\)$/, '$1');
  for (const pattern of variables) {
    const [, variable, fallback] = pattern.exec(plain) ?? [];
    if (variable !== undefined) return fallback === undefined ? `\${${variable}}` : `\${${variable}:${fallback}}`;
  }
  return written;
}
