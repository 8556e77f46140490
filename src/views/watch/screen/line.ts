import { cellText, cellWidth, cutCells } from '../../../render/cells.ts';

/** How a piece of a line looks. Its meaning never hangs on the colour alone: a word or a mark says it too. */
export type Tint = 'plain' | 'strong' | 'faint' | 'good' | 'warn' | 'crit' | 'accent' | 'bar' | 'warnBar' | 'critBar';

export interface Piece {
  readonly text: string;
  readonly tint: Tint;
}

/** One line of the screen, as pieces; every text is clean. */
export type ScreenLine = readonly Piece[];

/** A text from anywhere, made safe for a terminal. */
export function say(text: string, tint: Tint = 'plain'): Piece {
  return { text: cellText(text), tint };
}

export const blank: ScreenLine = [];

export function lineWidth(line: ScreenLine): number {
  return line.reduce((sum, { text }) => sum + cellWidth(text), 0);
}

/** The first so many cells of it; where something is cut off, an ellipsis says so. */
export function cutLine(line: ScreenLine, cells: number): ScreenLine {
  let left = cells;
  if (lineWidth(line) <= cells) return line;
  const kept: Piece[] = [];
  for (const span of line) {
    const width = cellWidth(span.text);
    const isLast = width >= left;
    // The next piece is lost, so that this one has to end in the ellipsis, even where it would just fit.
    kept.push(isLast ? { ...span, text: cutCells(`${span.text}……`, left) } : span);
    if (isLast) break;
    left -= width;
  }
  return kept;
}

/** Filled up with blanks to so many cells, on the right or on the left, or cut to them. */
export function fitLine(line: ScreenLine, cells: number, align: 'left' | 'right' = 'left'): ScreenLine {
  const cut = cutLine(line, cells);
  const filling = blanks(cells - lineWidth(cut));
  return align === 'left' ? [...cut, filling] : [filling, ...cut];
}

/** The left part at the left end and the right part at the right end; where they do not both fit, the right one goes. */
export function spread(left: ScreenLine, right: ScreenLine, cells: number): ScreenLine {
  const gap = cells - lineWidth(left) - lineWidth(right);
  return gap < 1 ? cutLine(left, cells) : [...left, blanks(gap), ...right];
}

/** A bar over the whole width. */
export function barred(line: ScreenLine, cells: number, tint: Tint = 'bar'): ScreenLine {
  return [
    {
      text: fitLine(line, cells)
        .map(({ text }) => text)
        .join(''),
      tint,
    },
  ];
}

/** The same without colours: figures of the past. */
export function faded(line: ScreenLine): ScreenLine {
  return line.map((span) => ({ ...span, tint: 'faint' }));
}

export function blanks(cells: number): Piece {
  return { text: ' '.repeat(Math.max(0, cells)), tint: 'plain' };
}

/** The first of the texts that fits, or the last, which is the shortest. */
export function longestThatFits(variants: readonly ScreenLine[], cells: number): ScreenLine {
  return variants.find((line) => lineWidth(line) <= cells) ?? variants.at(-1) ?? blank;
}

/** Text as several lines of at most so many cells, broken between words. */
export function wrapCells(text: string, cells: number, tint: Tint = 'plain'): ScreenLine[] {
  const lines: string[] = [];
  for (const word of cellText(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && cellWidth(last) + 1 + cellWidth(word) <= cells)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => [{ text: cutCells(line, cells), tint }]);
}

export type Painter = (line: ScreenLine) => string;

type Codes = readonly [start: number | string, end: number | string];

const [bold, dim, inverse]: readonly Codes[] = [
  [1, 22],
  [2, 22],
  [7, 27],
];
const colored = (foreground: number, background?: number): Codes =>
  background === undefined ? [foreground, 39] : [`${foreground};${background}`, '39;49'];

/** Select Graphic Rendition, ECMA-48 8.3.117. Without colour there is still bold, dim and inverse. */
const codes: Readonly<Record<Tint, { readonly color: Codes | undefined; readonly plain: Codes | undefined }>> = {
  plain: { color: undefined, plain: undefined },
  strong: { color: bold, plain: bold },
  faint: { color: dim, plain: dim },
  good: { color: colored(32), plain: undefined },
  warn: { color: colored(33), plain: bold },
  crit: { color: ['1;31', '22;39'], plain: bold },
  accent: { color: colored(36), plain: bold },
  bar: { color: inverse, plain: inverse },
  warnBar: { color: colored(30, 43), plain: inverse },
  critBar: { color: ['1;97;41', '22;39;49'], plain: ['1;7', '22;27'] },
};

/** Turns pieces into text with the codes of a terminal. */
export function painter({ color }: { readonly color: boolean }): Painter {
  return (line) =>
    line
      .map(({ text, tint }) => {
        const pair = codes[tint][color ? 'color' : 'plain'];
        return pair === undefined || text === '' ? text : `\u001b[${pair[0]}m${text}\u001b[${pair[1]}m`;
      })
      .join('')
      .replace(/ +$/, '');
}
