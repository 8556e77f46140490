import { formatCount, formatNumber } from '../../../base/units.ts';
import { cutCells } from '../../../render/cells.ts';
import { barred, lineWidth, type Piece, type ScreenLine, say, spread } from './line.ts';
import type { Extent, ScreenState } from './screen-state.ts';

/** What the last line tells of the table. */
export interface RowPlace {
  /** The selected row, the first being 0, and all rows before the filter. */
  readonly selected: number;
  readonly all: number;
}

/** The last line: what is being typed, what the last key did, or the keys that there are. */
export function footerLine(ui: ScreenState, extent: Extent, { selected, all }: RowPlace, cells: number): ScreenLine {
  const filter = ui.filters[ui.page];
  if (ui.isHelpOpen) return barred([say(' any key closes the help; ↑ ↓ scroll it')], cells);
  if (ui.isEditing) {
    const hint = '  Enter keeps it, Esc clears it';
    const end = filter.slice(-Math.max(8, cells - 11));
    return [say('Filter: ', 'strong'), say(end), say('▏', 'accent'), say(hint, 'faint')];
  }
  if (ui.notice !== undefined) return barred([say(` ${ui.notice}`)], cells);
  if (filter !== '') {
    const shown = `${formatNumber(extent.rows)} of ${formatCount(all, ui.page === 'targets' ? 'target' : 'row')}`;
    const of = ` with "${cutCells(filter, Math.max(6, cells - 40))}"`;
    return barred([say(` ${shown}${of} · Esc shows all`)], cells);
  }
  if (extent.rows <= extent.pageRows) return keyLine(ui, extent, cells);
  const place = [say(`row ${formatNumber(selected + 1)} of ${formatNumber(extent.rows)} `, 'faint')];
  return spread(keyLine(ui, extent, cells - lineWidth(place) - 1), place, cells);
}

function keyLine(ui: ScreenState, { table, grouping, targets }: Extent, cells: number): ScreenLine {
  const isTargets = ui.page === 'targets';
  const several = targets.length > 1;
  const keys: [key: string, does: string][] = [
    ['q', 'quit'],
    ['h', 'help'],
    ['p', ui.isPaused ? 'go on' : 'pause'],
    ['/', 'filter'],
    ['s', `sort: ${ui.orders[table].by}`],
    ...(isTargets ? [] : [['g', `group: ${grouping}`] as [string, string]]),
    ...(several ? [[isTargets ? 'Enter' : 'Tab', isTargets ? 'look at it' : 'targets'] as [string, string]] : []),
    ['r', 'reset marks'],
  ];
  let line: Piece[] = [];
  for (const [key, does] of keys) {
    const next = [...line, say(line.length > 0 ? '  ' : ' '), say(key, 'accent'), say(` ${does}`)];
    if (lineWidth(next) > cells) break;
    line = next;
  }
  return line;
}
