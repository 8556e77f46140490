import type { Warning } from '../base/warning.ts';
import type { StretchFigures } from './figures.ts';

/** What a source gave, before it is judged. */
export interface Collected {
  readonly source: string;
  readonly pool?: string;
  /** Of the window. */
  readonly window: StretchFigures;
  readonly peak?: StretchFigures;
  /** How much history the peak is of. */
  readonly historySeconds?: number;
  /** The busiest hours of the instances, added up. */
  readonly instancePeaks?: { readonly ratePerSecond: number; readonly inUse?: number };
  /** What one process tells of itself in its text of /metrics: others like it are asked for as much. */
  readonly isOfInstance?: true;
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
}
