import { type MeasuredLine, measuredLines, refuseEmpty } from './lines.ts';

const hint =
  'A trace has the moment of one request a line, in ms (0, 12.5, …) or as 2026-01-31T09:00:00.125Z, not going back.';

/** Moments of requests in ms from the first one: numbers of ms, or ISO 8601 timestamps, one a line, not going back. */
export function parseTrace(text: string, file: string): number[] {
  const lines = measuredLines(text, file);
  const moments = lines.map(momentIn);
  if (moments.length === 0) refuseEmpty(file, hint);
  for (const [index, line] of lines.entries()) {
    const [before, now] = [moments[index - 1] ?? Number.NEGATIVE_INFINITY, moments[index] ?? 0];
    if (now < before) line.refuse(`"${line.text}" is before the line above it.`, hint);
  }
  const [first = 0] = moments;
  return moments.map((moment) => moment - first);
}

function momentIn(line: MeasuredLine): number {
  const { text } = line;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const moment = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? line.refuse(`"${text}" is not a moment.`, hint) : moment;
}
