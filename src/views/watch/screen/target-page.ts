import type { WatchState } from '../../../watch/state.ts';
import { alarmLines } from './alarm-lines.ts';
import { filled, linesForAir, noRow, type Room, type ScreenBody } from './body.ts';
import { blank, faded, say } from './line.ts';
import type { ScreenState } from './screen-state.ts';
import { groupingOf, targetTable } from './target-table.ts';
import { targetTop } from './target-top.ts';

/** So much of the height is the table's, however much there is to say above it. */
const shareOfTable = 0.35;
const linesForDetail = 12;

/** One target: alarms, notices, facts, and its table. Nothing moves when rows come and go. */
export function targetPage({ atMs }: WatchState, ui: ScreenState, { target, cells, height }: Room): ScreenBody {
  if (!target) return { lines: [], table: 'groups', rows: 0, pageRows: 1, selected: 0, all: 0 };
  const grouping = groupingOf(target, ui);
  const sheet = targetTable(target, { ...ui, grouping, filter: ui.filters.target }, cells);
  const air = height >= linesForAir ? [blank] : [];
  const detail = height >= linesForDetail ? [[say(`  ${sheet.detail}`, 'faint')]] : [];
  const least = target.look ? Math.max(3, Math.floor(height * shareOfTable)) : 0;
  const most = Math.max(1, height - least - air.length - detail.length);
  const alarms = alarmLines([target], { atMs, cells, most: Math.max(1, Math.floor(most / 3)), isNamed: false });
  const top = [...alarms, ...targetTop(target, { atMs, cells, most: Math.max(0, most - alarms.length) })];
  const left = Math.max(0, height - top.length - air.length - detail.length);
  const table = sheet.all > 0 && sheet.rows === 0 ? [noRow] : sheet.rows > 0 ? sheet.lines(left) : [];
  return {
    lines: [...top, ...air, ...filled(target.isStale ? table.map(faded) : table, left), ...detail],
    table: grouping === 'pools' ? 'pools' : 'groups',
    rows: sheet.rows,
    pageRows: left - 1,
    selected: sheet.selected,
    all: sheet.all,
  };
}
