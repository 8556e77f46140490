import { cleanLine } from '../../base/clean.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { isCode } from '../../lint/read-code.ts';

/** Lines of a file around a place, with carets under it. */
export interface Excerpt {
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  /** Blanks and carets below the first line of the place. */
  readonly carets: string;
}

const mostLines = 4;

/** The place in its text, as wide as fits; what may be a secret is hidden. */
export function excerptOf(text: string, place: SourceSpan, width: number): Excerpt {
  const { file, line, column, endLine, endColumn } = place;
  const masked = isCode(file) ? maskedCode : maskedConfig;
  const all = text.split(/\r\n|\n|\r/, endLine + 1);
  const last = Math.min(endLine, line + mostLines - 1, all.length);
  const numbers = Array.from({ length: Math.max(1, last - line + 1) }, (_, index) => line + index);
  const first = masked(all[line - 1] ?? '', all[line - 2]);
  const start = column - 1;
  const end = endLine === line ? Math.max(endColumn - 1, start + 1) : first.trimEnd().length;
  // A line that is longer than the screen is shown from a little before the place.
  const cut = end <= width ? 0 : Math.max(0, Math.min(start - 10, first.length - width));
  const show = (shown: string) =>
    cleanLine(
      untabbed(shown)
        .slice(cut, cut + width)
        .trimEnd(),
    );
  return {
    lines: numbers.map((number) => ({ number, text: show(masked(all[number - 1] ?? '', all[number - 2])) })),
    carets: `${' '.repeat(start - cut)}${'^'.repeat(Math.max(1, Math.min(end, cut + width) - start))}`,
  };
}

/** One blank for a tab: a column is a character. */
const untabbed = (line: string) => line.replaceAll('\t', ' ');

const secretWord =
  /passw(?:or)?d|passwd|pwd|secret|token|credential|api_?key|access_?key|private_?key|new Sequelize\(/i;
const literal = /(['"`])(?:(?!\1)[^\\]|\\.)*(?:\1|$)/g;

/** A line of code with stars for what may be a secret, as long as it was. */
function maskedCode(line: string, before = ''): string {
  const open = maskedLogin(line);
  const goesOn = secretWord.test(before) && /[:=(|?]\s*$/.test(before);
  if (!secretWord.test(line) && !goesOn) return open;
  return open.replace(literal, (whole, quote: string) => quote + stars(whole.slice(1, -1)) + whole.slice(-1));
}

/** The same of configuration, where a value needs no quotes. */
function maskedConfig(line: string): string {
  const open = maskedLogin(line);
  if (!secretWord.test(line)) return open;
  return open.replace(/([:=]\s*)(\S.*)$/, (_match, sign: string, value: string) => sign + stars(value));
}

const maskedLogin = (line: string) =>
  line.replace(/(:\/\/)([^\s'"`]*@)/g, (_match, scheme: string, login: string) => scheme + stars(login));

const stars = (text: string) => '*'.repeat(text.length);
