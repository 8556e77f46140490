import { cellText, cellWidth, cutCells } from '../../render/cells.ts';

/** The text in at most so many cells, its start and its end: names of one platform often differ only in one of them. */
export function cutMiddle(text: string, cells: number): string {
  const clean = cellText(text);
  if (cellWidth(clean) <= cells) return clean;
  const start = cutCells(clean, Math.ceil(cells / 2));
  return start + lastCells(clean, cells - cellWidth(start));
}

function lastCells(text: string, cells: number): string {
  let kept = '';
  for (const character of [...text].reverse()) {
    if (cellWidth(character + kept) > cells) break;
    kept = character + kept;
  }
  return kept;
}
