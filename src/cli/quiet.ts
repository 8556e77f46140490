import { flagGroup } from './flag.ts';

/** Of every command: only the answer, and errors. */
export const quietFlags = flagGroup('Output:', {
  quiet: { short: 'q', help: 'the answer and errors alone: no progress, remarks or warnings' },
});
