import { cleanLine } from '../../base/clean.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { maskedLine } from './masked.ts';

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
  const all = text.split(/\r\n|\n|\r/, endLine + 1);
  const last = Math.min(endLine, line + mostLines - 1, all.length);
  const numbers = Array.from({ length: Math.max(1, last - line + 1) }, (_, index) => line + index);
  const first = maskedLine(file, all, line - 1);
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
    lines: numbers.map((number) => ({ number, text: show(maskedLine(file, all, number - 1)) })),
    carets: `${' '.repeat(start - cut)}${'^'.repeat(Math.max(1, Math.min(end, cut + width) - start))}`,
  };
}

/** One blank for a tab: a column is a character. */
const untabbed = (line: string) => line.replaceAll('\t', ' ');
