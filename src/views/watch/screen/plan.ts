import type { WatchState } from '../../../watch/state.ts';
import { filled } from './body.ts';
import { footerLine } from './footer.ts';
import { helpLines } from './help.ts';
import { cutLine, type ScreenLine, say } from './line.ts';
import { type Extent, type ScreenState, selectedTarget } from './screen-state.ts';
import { targetPage } from './target-page.ts';
import { groupingOf, groupingsOf } from './target-table.ts';
import { shownTargets, targetsPage } from './targets-page.ts';
import { titleLine } from './title-line.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** The lines of the screen, none wider than it, and what keys can move over. */
export function planScreen(
  state: WatchState,
  ui: ScreenState,
  { columns, rows }: ScreenSize,
): { readonly lines: readonly ScreenLine[]; readonly extent: Extent } {
  const cells = Math.max(1, columns);
  const height = Math.max(0, rows - 2);
  const shown = shownTargets(state, ui);
  // A filter of the table of targets that fits none leaves the page of one target as it was.
  const among = ui.page === 'target' && shown.length === 0 ? state.targets : shown;
  const names = among.map(({ name }) => name);
  const target = among.find(({ name }) => name === selectedTarget(ui, names));
  const room = { target, cells, height };
  const body = ui.page === 'targets' ? targetsPage(state, ui, shown, room) : targetPage(state, ui, room);
  const help = helpLines(cells - 1);
  const helpBelow = Math.max(0, help.length - height);
  const helpFrom = Math.min(ui.helpScroll, helpBelow);
  const extent: Extent = {
    targets: names,
    table: body.table,
    rows: body.rows,
    pageRows: Math.max(1, body.pageRows),
    grouping: target ? groupingOf(target, ui) : 'application',
    groupings: target ? groupingsOf(target) : ['application'],
    helpBelow,
  };
  const middle = ui.isHelpOpen ? help.slice(helpFrom).map((line) => [say(' '), ...line]) : body.lines;
  const lines = [titleLine(state, ui, target, cells), ...filled(middle, height), footerLine(ui, extent, body, cells)];
  return { lines: filled(lines, Math.max(1, rows)).map((line) => cutLine(line, cells)), extent };
}
