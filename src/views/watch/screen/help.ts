import { type ScreenLine, say, wrapCells } from './line.ts';

const keys = [
  ['↑ ↓ j k', 'select a row; PgUp, PgDn, Home and End go further'],
  ['Enter, Tab', 'from the table of targets to the selected one; Tab goes back'],
  ['← →', 'the target before, the target after'],
  ['s, S', 'sort by the next column; turn the order round'],
  ['g', 'put sessions together by application, user, host, database, or not at all; for PgBouncer also its pools'],
  ['/', 'show only rows with these words in them; Esc clears that'],
  ['p, Space', 'hold the picture still; watching goes on'],
  ['r', 'start the high-water marks anew'],
  ['h, ?', 'this help'],
  ['q, Ctrl-C', 'quit'],
] as const;

const words = [
  ['usable', 'connections for ordinary users: max_connections without the reserved ones'],
  ['high-water', 'the most connections at once that poolctl saw'],
  ['idle tx', 'idle in a transaction: holds its locks and holds up vacuum, and does nothing'],
  ['waiting', 'for a lock; on PgBouncer, clients that wait for a connection'],
  ['?', 'this user may not see it; the line with → says what would show it'],
] as const;

/** The help, for so many cells. */
export function helpLines(cells: number): ScreenLine[] {
  return [[say('Keys', 'strong')], ...listed(keys, cells), [], [say('Words', 'strong')], ...listed(words, cells)];
}

function listed(pairs: readonly (readonly [string, string])[], cells: number): ScreenLine[] {
  const indent = Math.max(...pairs.map(([name]) => name.length)) + 4;
  return pairs.flatMap(([name, text]) =>
    wrapCells(text, Math.max(8, cells - indent)).map((line, index) => [
      say(`  ${index === 0 ? name : ''}`.padEnd(indent), 'accent'),
      ...line,
    ]),
  );
}
