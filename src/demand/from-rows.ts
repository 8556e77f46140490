import { PoolctlError } from '../base/errors.ts';
import { figuresAt } from './assemble.ts';
import type { Collected } from './collected.ts';
import { choosePool } from './discover.ts';
import { askedOf, type StretchFigures } from './figures.ts';
import { busiestMoment, instancePeaksOf } from './history.ts';
import type { AnswerRow } from './rows.ts';
import type { Asked } from './source.ts';

/** Answers that were asked for one after the other, within so many seconds, are of one moment. */
const togetherSeconds = 60;

/** Saved answers of queries, each a list of rows: of a window, of the peak hour, of the history. @throws PoolctlError INPUT_MISSING */
export function collectFromRows(answers: readonly (readonly AnswerRow[])[], file: string, asked: Asked): Collected {
  const all = atOneMoment(answers.flat());
  const pools = new Set(all.flatMap(({ pool }) => pool ?? []));
  const pool = choosePool(pools, asked.pool);
  const rows = all.filter((row) => row.pool === undefined || pool === undefined || row.pool === pool);
  const windows = rows.filter(({ isHistory, isPeak }) => !isHistory && !isPeak);
  const moments = [...new Set(windows.flatMap(momentsOf))].sort((a, b) => a - b);
  const busiest = busiestMoment(rows);
  const histories = rows.filter(({ isHistory }) => isHistory);
  const last = moments.at(-1) ?? Math.max(0, ...histories.flatMap(momentsOf));
  const peak = asked.peakMs === 0 ? undefined : peakOf(rows, moments, busiest?.seconds);
  const window =
    moments.length > 0 ? figuresAt(windows, last) : histories.length > 0 ? figuresAt(histories, last) : peak;
  if (!window || ![window, peak].some((one) => one?.instances.some((of) => askedOf(of) !== undefined))) {
    throw new PoolctlError('INPUT_MISSING', `${file} has no rate of requests: ${rowsSay(rows)}.`, {
      hint: 'Save the answers of all the queries of --print-queries into one file, or name several files with commas.',
    });
  }
  const peaks = instancePeaksOf(rows.filter(({ instance }) => instance !== ''));
  return {
    source: 'prometheus',
    ...(pool !== undefined && { pool }),
    window,
    ...(peak && { peak }),
    ...(busiest && { historySeconds: busiest.historySeconds }),
    ...(peaks && { instancePeaks: peaks }),
    notes: [],
    warnings: [],
  };
}

const momentsOf = ({ points, histograms }: AnswerRow): number[] =>
  [...points, ...histograms].map(([seconds]) => seconds);

function rowsSay(rows: readonly AnswerRow[]): string {
  const tags = [...new Set(rows.map(({ tag }) => tag))];
  if (tags.length === 0) return 'its results are empty: no such series, or a window shorter than two scrapes';
  return `only ${tags.join(', ')}`;
}

/** The answer of the peak hour itself; else what the history has of that moment; else what is told without its time. */
function peakOf(
  rows: readonly AnswerRow[],
  moments: readonly number[],
  seconds: number | undefined,
): StretchFigures | undefined {
  const windows = rows.filter(({ isHistory, isPeak }) => !isHistory && !isPeak);
  if (seconds !== undefined) {
    const own = moments.find((at) => Math.abs(at - seconds) <= togetherSeconds);
    if (own !== undefined) return figuresAt(windows, own);
    return figuresAt(
      rows.filter(({ isHistory }) => isHistory),
      seconds,
    );
  }
  const told = rows.filter(({ isPeak, isHistory }) => isPeak && !isHistory);
  const ofAll = told.filter(({ instance }) => instance === '');
  // The peaks of the instances by themselves are no less than that of all.
  const peaks = ofAll.length > 0 ? ofAll : told;
  const [first] = peaks.flatMap(momentsOf);
  if (first === undefined) return undefined;
  const { fromMs: _from, toMs: _to, ...figures } = figuresAt(peaks, first);
  return figures;
}

/** Moments of one round of questions are made one. */
function atOneMoment(rows: readonly AnswerRow[]): AnswerRow[] {
  const moments = [...new Set(rows.filter(({ isHistory }) => !isHistory).flatMap(momentsOf))].sort((a, b) => b - a);
  const snapped = new Map<number, number>();
  let to = Infinity;
  for (const at of moments) {
    if (to - at > togetherSeconds) to = at;
    snapped.set(at, to);
  }
  const moved = <Value>(points: readonly (readonly [number, Value])[]) =>
    points.map(([at, value]) => [snapped.get(at) ?? at, value] as const);
  return rows.map((row) =>
    row.isHistory ? row : { ...row, points: moved(row.points), histograms: moved(row.histograms) },
  );
}
