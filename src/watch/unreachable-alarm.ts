import { formatDuration } from '../base/units.ts';
import type { RaisedAlarm, TargetState } from './state.ts';
import { staleAfterIntervals } from './thresholds.ts';

interface Lost extends Pick<TargetState, 'phase'> {
  readonly failure: TargetState['failure'] | undefined;
  /** Intervals without an answer. */
  readonly missed: number;
}

/** Nothing is known of the target any more. The alarm ends with the first answer. */
export function unreachableAlarm({ phase, failure, missed }: Lost, intervalMs: number, sinceMs: number): RaisedAlarm {
  const lostMs = missed * intervalMs;
  const why = failure ? ` (${failure.code})` : '';
  const what = phase === 'refused' ? 'poolctl cannot log in' : 'no answer';
  // With --once nobody knows for how long.
  const howLong = missed < staleAfterIntervals ? '' : ` for ${formatDuration(lostMs)}`;
  return {
    alarm: 'unreachable',
    severity: 'crit',
    value: lostMs / 1_000,
    limit: (staleAfterIntervals * intervalMs) / 1_000,
    sinceMs,
    text: `${what}${howLong}${why}`,
  };
}
