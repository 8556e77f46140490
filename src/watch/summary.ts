import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { AlarmsSeen } from './alarms-seen.ts';
import type { Grouping } from './grouping.ts';
import { type WatchLine, watchLine } from './line.ts';
import type { HighWater, Polls, TargetState, WatchState } from './state.ts';

export const watchSummarySchema = 'poolctl.watch-summary/1';

/** What was seen until the end of a run: the last look at each target, the marks, and every alarm. */
export interface WatchSummary {
  readonly targets: readonly TargetSummary[];
}

export interface TargetSummary extends Omit<WatchLine, 'schema' | 'highWater'> {
  readonly isStale: boolean;
  readonly highWater?: MarkSummary;
  readonly beforeRestart?: MarkSummary;
  /** The most connections at once that the server itself remembers. */
  readonly serverHighWater?: { readonly connections: number; readonly at?: string };
  readonly notices?: readonly { readonly code: string; readonly at: string; readonly text: string }[];
  readonly alarmsSeen: readonly AlarmSummary[];
  readonly polls: Polls;
}

export type MarkSummary = Omit<HighWater, 'atMs'> & { readonly at: string };

export interface AlarmSummary {
  readonly alarm: string;
  readonly severity: string;
  readonly times: number;
  readonly first: string;
  readonly isRaised: boolean;
  readonly text: string;
}

/** The document of a run. */
export function watchSummary(state: WatchState, seen: AlarmsSeen, grouping: Grouping = {}): WatchSummary {
  return { targets: state.targets.map((target) => targetSummary(target, state.atMs, seen, grouping)) };
}

function targetSummary(target: TargetState, wallMs: number, seen: AlarmsSeen, grouping: Grouping): TargetSummary {
  const { schema: _, highWater: __, ...line } = watchLine(target, wallMs, grouping);
  const { highWater, beforeRestart } = target.marks;
  return {
    ...line,
    isStale: target.isStale,
    ...withoutUndefined({
      highWater: highWater && markSummary(highWater),
      beforeRestart: beforeRestart && markSummary(beforeRestart),
      serverHighWater: target.look?.highWater,
      notices: target.notices?.map(({ code, atMs, text }) => ({ code, at: isoOf(atMs), text })),
    }),
    alarmsSeen: seen.of(target.name).map(({ firstMs, ...alarm }) => ({ ...alarm, first: isoOf(firstMs) })),
    polls: target.polls,
  };
}

function markSummary({ atMs, ...mark }: HighWater): MarkSummary {
  return { ...mark, at: isoOf(atMs) };
}

const isoOf = (ms: number) => new Date(ms).toISOString();

/** What the users of the targets may not see, and what would show it. */
export function watchWarnings({ targets }: WatchState): readonly Warning[] {
  return targets.flatMap(({ name, look }) =>
    (look?.unseen ?? []).map(
      ({ what, grant }): Warning => ({
        code: 'NOT_ALL_SEEN',
        message: `${targets.length > 1 ? `${name}: ` : ''}Not visible without a privilege: ${what}.`,
        hint: `${grant}; poolctl only reads.`,
      }),
    ),
  );
}
