import type { SortOrder } from './table.ts';

export const tableIds = ['targets', 'groups', 'pools'] as const;
export type TableId = (typeof tableIds)[number];

/** What sessions are put together by, in the order of the key `g`; `pools` are those of a pooler itself. */
export const groupings = ['pools', 'application', 'user', 'host', 'database', 'each'] as const;
export type SessionGrouping = (typeof groupings)[number];

/** What each table can be sorted by, in the order of the key `s`; the first is how it starts. */
export const sortKeys = {
  targets: ['trouble', 'name', 'share', 'taken', 'high', 'waiting', 'idle-tx'],
  groups: ['connections', 'active', 'idle', 'idle-tx', 'application', 'user', 'host', 'database'],
  pools: ['waiting', 'max-wait', 'clients', 'servers', 'database', 'user'],
} as const satisfies Readonly<Record<TableId, readonly string[]>>;

/** What the user has asked the screen to show. Keys change it, and nothing else does. */
export interface ScreenState {
  /** All targets in a table, or one target. */
  readonly page: 'targets' | 'target';
  /** The name of the target that is selected; the first one where there is none of that name. */
  readonly target?: string;
  /** The selected row of the target's table. */
  readonly cursor: number;
  readonly isHelpOpen: boolean;
  readonly helpScroll: number;
  readonly isPaused: boolean;
  /** Keys go into the filter. */
  readonly isEditing: boolean;
  /** What rows have to have in them, for each page. */
  readonly filters: Readonly<Record<ScreenState['page'], string>>;
  readonly orders: Readonly<Record<TableId, SortOrder>>;
  readonly grouping?: SessionGrouping;
  /** How often the marks were to be reset. */
  readonly resets: number;
  /** What the last key did where that does not show by itself. */
  readonly notice?: string;
  readonly isOver: boolean;
}

/** One target is shown in full from the start, several as a table. */
export function firstScreen(targets: number): ScreenState {
  return {
    page: targets > 1 ? 'targets' : 'target',
    cursor: 0,
    isHelpOpen: false,
    helpScroll: 0,
    isPaused: false,
    isEditing: false,
    filters: { targets: '', target: '' },
    orders: {
      targets: { by: 'trouble', isReversed: false },
      groups: { by: 'connections', isReversed: false },
      pools: { by: 'waiting', isReversed: false },
    },
    resets: 0,
    isOver: false,
  };
}

/** What is there to be moved over: of the state of the targets and the size of the screen. */
export interface Extent {
  /** Targets that the filter leaves, in their order on the screen. */
  readonly targets: readonly string[];
  /** The table that keys act on, its rows, and how many of them are seen at once. */
  readonly table: TableId;
  readonly rows: number;
  readonly pageRows: number;
  readonly grouping: SessionGrouping;
  readonly groupings: readonly SessionGrouping[];
  /** Lines of the help beyond those that are seen at once. */
  readonly helpBelow: number;
}

/** The selected target, where there is one. */
export function selectedTarget(ui: Pick<ScreenState, 'target'>, targets: readonly string[]): string | undefined {
  return ui.target !== undefined && targets.includes(ui.target) ? ui.target : targets[0];
}
