import type { PoolLimits } from '../base/pool-notation.ts';
import type { Tick } from './load/model.ts';

/**
 * What a probe reports while it runs, for a line of progress. `seconds`: how long the whole probe will take, or the step with
 * its warm-up.
 */
export type ProbeEvent =
  | { readonly type: 'stage'; readonly text: string }
  | { readonly type: 'planned'; readonly seconds: number }
  | { readonly type: 'step-started'; readonly label: string; readonly pool: PoolLimits; readonly seconds: number }
  | { readonly type: 'tick'; readonly label: string; readonly tick: Tick }
  | { readonly type: 'step-finished'; readonly label: string; readonly ratePerSecond: number; readonly p95Ms?: number }
  | { readonly type: 'stopped'; readonly message: string };

export type OnProbeEvent = (event: ProbeEvent) => void;
