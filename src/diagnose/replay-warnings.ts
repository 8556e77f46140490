import type { Warning } from '../base/warning.ts';
import type { Cause, Diagnosis } from './diagnosis.ts';

/** Causes that make holds longer than the work takes, in words. */
const lengthens: Partial<Record<Cause, string>> = {
  'nested-acquire': 'requests held connections while they waited for others',
  'slow-database': 'the database was slow',
  'event-loop': 'the event loop stood still',
  leak: 'connections were never returned',
};

/** What a replay of the recording, or a size by it, takes over from it although another pool would not have it. */
export function replayWarnings({ cause }: Diagnosis): Warning[] {
  const why = cause && lengthens[cause];
  if (why === undefined) return [];
  return [
    {
      code: 'REPLAY_KEEPS_HOLDS',
      message: `The holds are those of a recording in which ${why}. They are taken as they were.`,
      hint: 'Cure the cause first: `poolctl report` with the recording names it.',
    },
  ];
}
