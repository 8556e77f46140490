import { parseDurationMs } from '../base/units.ts';
import { measuredLines, parseIn, refuseEmpty } from './lines.ts';

const hint = 'A file of samples has one hold time a line: 300, 300ms or 0.3s.';

/** Hold times in ms, one a line, sorted. */
export function parseSamples(text: string, file: string): number[] {
  const samples = measuredLines(text, file).map((line) => parseIn(line, line.text, parseDurationMs));
  if (samples.length === 0) refuseEmpty(file, hint);
  return samples.sort((a, b) => a - b);
}
