import type { TargetState, WatchState } from '../../../watch/state.ts';
import { alarmLines } from './alarm-lines.ts';
import { linesForAir, noRow, type Room, type ScreenBody } from './body.ts';
import { matches } from './group-rows.ts';
import { blank, type ScreenLine, say } from './line.ts';
import type { ScreenState } from './screen-state.ts';
import { sortRows } from './table.ts';
import { tableSheet } from './table-sheet.ts';
import { targetColumns } from './target-columns.ts';
import { groupingOf, targetTable } from './target-table.ts';
import { targetTop } from './target-top.ts';
import { phaseWords, targetKind } from './words.ts';

/** The targets that the filter leaves, in their order on the screen. */
export function shownTargets({ targets }: WatchState, ui: ScreenState): TargetState[] {
  const filter = ui.filters.targets;
  const left = filter === '' ? targets : targets.filter((target) => matches(textsOf(target), filter));
  return sortRows(left, targetColumns, ui.orders.targets);
}

function textsOf({ name, labels, phase, alarms, failure, ...target }: TargetState): string[] {
  return [
    ...[name, targetKind(target), phaseWords[phase], failure?.message ?? ''],
    ...Object.entries(labels).flat(),
    ...alarms.flatMap(({ alarm, severity, text }) => [alarm, severity, text]),
  ];
}

const mostAlarms = 6;
/** The selected target has this share of the height where the table would take all of it, if that is worth the while. */
const shareOfSelected = 0.5;
const linesForSelected = 8;

/** All targets in a table, with their alarms above and the selected one below. */
export function targetsPage(
  { atMs, targets }: WatchState,
  ui: ScreenState,
  shown: readonly TargetState[],
  { target, cells, height }: Room,
): ScreenBody {
  const most = Math.max(1, Math.min(mostAlarms, Math.floor(height / 4)));
  const alarms = alarmLines(targets, { atMs, cells, most, isNamed: true });
  const top = [...alarms, ...(alarms.length > 0 && height >= linesForAir ? [blank] : [])];
  const left = height - top.length;
  const under = left >= 2 * linesForSelected + 2 ? Math.floor(left * shareOfSelected) : 0;
  const selected = target ? shown.indexOf(target) : -1;
  const sheet = tableSheet(shown, targetColumns, { cells, order: ui.orders.targets, selected });
  const lines = shown.length > 0 ? sheet.lines(Math.min(sheet.rows + 1, left - under)) : [noRow];
  const room = left - lines.length - 1;
  return {
    lines: [
      ...[...top, ...lines],
      ...(target && room >= linesForSelected ? [blank, ...selectedLines(target, ui, { atMs, cells, room })] : []),
    ],
    table: 'targets',
    rows: sheet.rows,
    pageRows: lines.length - 1,
    selected,
    all: targets.length,
  };
}

function selectedLines(
  target: TargetState,
  ui: ScreenState,
  { atMs, cells, room }: { readonly atMs: number; readonly cells: number; readonly room: number },
): ScreenLine[] {
  const start = `── ${target.name} `;
  const head: ScreenLine = [say(start, 'strong'), say('─'.repeat(Math.max(0, cells - start.length)), 'faint')];
  const top = targetTop(target, { atMs, cells, most: room - 1 });
  const grouping = groupingOf(target, ui);
  const sheet = targetTable(target, { ...ui, grouping, filter: '', cursor: -1 }, cells);
  const left = room - 1 - top.length - 1;
  return [head, ...top, ...(left >= 3 && sheet.rows > 0 ? [blank, ...sheet.lines(left)] : [])];
}
