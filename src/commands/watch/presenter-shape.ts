import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { Grouping } from '../../watch/grouping.ts';
import type { WatchSummary } from '../../watch/summary.ts';

/** How what is watched is shown, while it lasts and at the end. */
export interface Presenter {
  /** Fulfilled when the user has seen enough. */
  readonly quit?: Promise<void>;
  /** Gives the screen back, where it took it. */
  stop(): void | Promise<void>;
  end(summary: WatchSummary, warnings: readonly Warning[]): void | Promise<void>;
}

export interface PresenterInput {
  readonly read: ReadOption;
  readonly io: Io;
  readonly grouping: Grouping;
  /** About how the targets were named. */
  readonly warnings: readonly Warning[];
}
