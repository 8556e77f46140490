import { type Extent, type ScreenState, selectedTarget, sortKeys } from './screen-state.ts';

/** Keys that write nothing. */
export const namedKeys = [
  ...(['up', 'down', 'left', 'right', 'page-up', 'page-down', 'home', 'end'] as const),
  ...(['tab', 'enter', 'escape', 'backspace', 'erase-line'] as const),
] as const;
export type NamedKey = (typeof namedKeys)[number];
export type Key = NamedKey | { readonly typed: string };

/** What the screen shows after a key. */
export function pressKey(ui: ScreenState, key: Key, extent: Extent): ScreenState {
  const { notice: _, ...now } = ui;
  if (now.isEditing) return edit(now, key);
  if (now.isHelpOpen) return inHelp(now, key, extent);
  return typeof key === 'string' ? go(now, key, extent) : command(now, key.typed, extent);
}

function command(ui: ScreenState, typed: string, extent: Extent): ScreenState {
  switch (typed) {
    case 'j':
      return move(ui, 1, extent);
    case 'k':
      return move(ui, -1, extent);
    case 's':
      return { ...ui, orders: { ...ui.orders, [extent.table]: { by: nextSort(ui, extent), isReversed: false } } };
    case 'S':
      return { ...ui, orders: { ...ui.orders, [extent.table]: reversed(ui.orders[extent.table]) } };
    case 'g':
      return regroup(ui, extent);
    case '/':
      return { ...ui, isEditing: true };
    case ' ':
    case 'p':
      return { ...ui, isPaused: !ui.isPaused };
    case 'r':
      return { ...ui, resets: ui.resets + 1, notice: 'High-water marks start anew.' };
    case 'h':
    case '?':
      return { ...ui, isHelpOpen: true, helpScroll: 0 };
    case 'q':
      return { ...ui, isOver: true };
    default:
      return ui;
  }
}

function go(ui: ScreenState, key: NamedKey, extent: Extent): ScreenState {
  const { pageRows, rows, targets } = extent;
  switch (key) {
    case 'up':
      return move(ui, -1, extent);
    case 'down':
      return move(ui, 1, extent);
    case 'page-up':
      return move(ui, -Math.max(1, pageRows - 1), extent);
    case 'page-down':
      return move(ui, Math.max(1, pageRows - 1), extent);
    case 'home':
      return move(ui, -Math.max(rows, targets.length), extent);
    case 'end':
      return move(ui, Math.max(rows, targets.length), extent);
    case 'left':
      return ui.page === 'target' ? { ...select(ui, -1, extent), cursor: 0 } : ui;
    case 'right':
      return ui.page === 'target' ? { ...select(ui, 1, extent), cursor: 0 } : ui;
    case 'tab':
      return turn(ui, ui.page === 'target' ? 'targets' : 'target', extent);
    case 'enter':
      return ui.page === 'targets' ? turn(ui, 'target', extent) : ui;
    case 'escape':
      if (ui.filters[ui.page] !== '') return withFilter(ui, '');
      return ui.page === 'target' && targets.length > 1 ? turn(ui, 'targets', extent) : ui;
    case 'backspace':
    case 'erase-line':
      return ui;
    default:
      return key satisfies never;
  }
}

function move(ui: ScreenState, by: number, extent: Extent): ScreenState {
  if (ui.page === 'targets') return select(ui, by, extent);
  return { ...ui, cursor: within(within(ui.cursor, extent.rows) + by, extent.rows) };
}

function select(ui: ScreenState, by: number, { targets }: Extent): ScreenState {
  const at = targets.indexOf(selectedTarget(ui, targets) ?? '');
  const target = targets[within(at + by, targets.length)];
  return target === undefined ? ui : { ...ui, target };
}

/** The selected target stays selected, also where the order of the table changes meanwhile. */
function turn(ui: ScreenState, page: ScreenState['page'], { targets }: Extent): ScreenState {
  const target = selectedTarget(ui, targets);
  const cursor = target === ui.target ? ui.cursor : 0;
  return { ...ui, page, cursor, ...(target !== undefined && { target }) };
}

function nextSort(ui: ScreenState, { table }: Extent): string {
  const keys: readonly string[] = sortKeys[table];
  return keys[(keys.indexOf(ui.orders[table].by) + 1) % keys.length] ?? '';
}

function reversed({ by, isReversed }: ScreenState['orders']['groups']): ScreenState['orders']['groups'] {
  return { by, isReversed: !isReversed };
}

function regroup(ui: ScreenState, { grouping, groupings }: Extent): ScreenState {
  if (ui.page === 'targets') return ui;
  const next = groupings[(groupings.indexOf(grouping) + 1) % groupings.length];
  return next === undefined ? ui : { ...ui, grouping: next, cursor: 0 };
}

function edit(ui: ScreenState, key: Key): ScreenState {
  const filter = ui.filters[ui.page];
  if (typeof key !== 'string') return withFilter(ui, `${filter}${key.typed}`.slice(0, longestFilter));
  switch (key) {
    case 'enter':
    case 'tab':
      return { ...ui, isEditing: false };
    case 'escape':
      return { ...withFilter(ui, ''), isEditing: false };
    case 'backspace':
      return filter === '' ? { ...ui, isEditing: false } : withFilter(ui, [...filter].slice(0, -1).join(''));
    case 'erase-line':
      return withFilter(ui, '');
    default:
      return ui;
  }
}

const longestFilter = 200;

function withFilter(ui: ScreenState, filter: string): ScreenState {
  return { ...ui, filters: { ...ui.filters, [ui.page]: filter }, cursor: 0 };
}

function inHelp(ui: ScreenState, key: Key, { helpBelow, pageRows }: Extent): ScreenState {
  const steps: Readonly<Record<string, number>> = {
    ...{ up: -1, down: 1, 'page-up': -pageRows, 'page-down': pageRows, home: -helpBelow, end: helpBelow },
    ...{ k: -1, j: 1 },
  };
  const step = steps[typeof key === 'string' ? key : key.typed];
  if (step === undefined) return { ...ui, isHelpOpen: false };
  return { ...ui, helpScroll: within(Math.min(ui.helpScroll, helpBelow) + step, helpBelow + 1) };
}

/** The nearest of so many places, the first being 0. */
function within(place: number, places: number): number {
  return Math.max(0, Math.min(place, places - 1));
}
