import { blanks, fitLine, type ScreenLine, say } from './line.ts';
import type { Fact } from './target-facts.ts';

/** From so many cells on, names stand in a column of their own; and from so many on, facts stand in two columns. */
export const cellsForLabels = 56;
const cellsForTwo = 116;
export const labelCells = 15;
const gap = 3;

/** The facts in at most so many lines; where that is too few, the least telling ones are left out. */
export function factLines(facts: readonly Fact[], { cells, most }: { cells: number; most: number }): ScreenLine[] {
  const kept = [...facts];
  for (;;) {
    const lines = cells >= cellsForTwo ? twoColumns(kept, cells) : oneColumn(kept, cells);
    if (lines.length <= most || kept.length === 0) return lines.slice(0, most);
    const lowest = Math.min(...kept.map(({ rank }) => rank));
    kept.splice(
      kept.findLastIndex(({ rank }) => rank === lowest),
      1,
    );
  }
}

function oneColumn(facts: readonly Fact[], cells: number): ScreenLine[] {
  return facts.flatMap((fact) => labelled(fact, cells));
}

/** As many lines on the left as on the right, or one more. */
function twoColumns(facts: readonly Fact[], cells: number): ScreenLine[] {
  const half = Math.floor((cells - gap) / 2);
  const blocks = facts.map((fact) => labelled(fact, half));
  const height = blocks.reduce((sum, { length }) => sum + length, 0);
  const left: ScreenLine[] = [];
  while (blocks[0] && left.length + blocks[0].length <= Math.ceil(height / 2)) left.push(...(blocks.shift() ?? []));
  const right = blocks.flat();
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [
    ...fitLine(left[index] ?? [], half),
    blanks(gap),
    ...(right[index] ?? []),
  ]);
}

function labelled({ label, lines }: Fact, cells: number): ScreenLine[] {
  if (cells < cellsForLabels) {
    const name = label === 'Connections' || label === 'Clients' || label === '' ? '' : `${label} `;
    return lines(cells - name.length).map((line, index) => [
      say(index === 0 ? name : ' '.repeat(name.length), 'faint'),
      ...line,
    ]);
  }
  return lines(cells - labelCells).map((line, index) => [
    say(` ${index === 0 ? label : ''}`.padEnd(labelCells), 'faint'),
    ...line,
  ]);
}
