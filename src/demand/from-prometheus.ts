import { PoolctlError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { metricNames } from '../recommend/inputs/metric-names.ts';
import type { PrometheusAnswer } from '../recommend/inputs/prometheus-answer.ts';
import { figuresAt } from './assemble.ts';
import { type PrometheusClient, prometheusClient } from './client.ts';
import type { Collected } from './collected.ts';
import type { DemandOptions } from './demand.ts';
import { discover, requestNames, requestsSource } from './discover.ts';
import { type StretchFigures, stretchOf } from './figures.ts';
import { busiestMoment, instancePeaksOf } from './history.ts';
import { type DemandQueries, demandQueries, stepSeconds } from './queries.ts';
import { answerRows } from './rows.ts';
import type { PrometheusSource } from './source.ts';

const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;
/** What is scraped last may not be there yet. */
const settledMs = 30_000;

/** Asks a Prometheus in six queries at most: what is there, the window, the history, the instances' peaks, the peak hour. */
export async function collectFromPrometheus(source: PrometheusSource, options: DemandOptions): Promise<Collected> {
  const { asked } = source;
  const { windowMs = hourMs, peakMs = weekMs } = asked;
  const client = prometheusClient(source, options);
  const names = asked.metric === undefined ? await metricNames({ withServers: true }) : requestNames(asked.metric);
  const seconds = lastWhole(asked.atMs ?? options.nowMs - settledMs, windowMs);
  const found = await discover(client, names, asked, seconds);
  const queries = demandQueries(found.metrics, found.matchersOf);
  const notes: string[] = [...found.notes];
  const rowsIn = (answer: PrometheusAnswer) => {
    notes.push(...remarksIn(answer, found.source));
    return answerRows(answer, undefined, names).rows;
  };
  const windowSeconds = Math.round(windowMs / 1_000);
  const windowAt = async (at: number, length: number): Promise<StretchFigures> =>
    figuresAt(rowsIn(await client.at(queries.window(length), at)), at);
  const window = await windowAt(seconds, windowSeconds);
  const empty = stretchOf(window) ? [] : [await emptyWindow(windowSeconds, () => windowAt(seconds, 3_600))];
  const base = { source: found.source, ...(found.pool !== undefined && { pool: found.pool }), window };
  if (peakMs === 0) return { ...base, notes, warnings: empty };
  const history = await historyOf(client, queries, { seconds, peakMs }, rowsIn);
  if ('failure' in history) return { ...base, notes, warnings: [...empty, history.failure] };
  const { busiest, instancePeaks } = history;
  if (!busiest) return { ...base, notes, warnings: empty };
  const isSame = busiest.seconds === seconds && windowSeconds === hourMs / 1_000;
  return {
    ...base,
    peak: isSame ? window : await windowAt(busiest.seconds, hourMs / 1_000),
    historySeconds: busiest.historySeconds,
    ...(instancePeaks && { instancePeaks }),
    notes: [...new Set(notes)],
    warnings: empty,
  };
}

/** That the name of a counter does not end as one is no news of a metric that a profile has. */
function remarksIn({ says }: PrometheusAnswer, source: string): string[] {
  const news = source === requestsSource ? says : says.filter((said) => !/might not be a counter/.test(said));
  return news.map((said) => `Prometheus says: ${said}`);
}

/** Empty is not zero: a window has to hold two scrapes. */
async function emptyWindow(seconds: number, hour: () => Promise<StretchFigures>): Promise<Warning> {
  const readings = Math.max(0, ...(await hour()).instances.map(({ readings: some = 0 }) => some));
  // A range has both of its ends in 2.x, and one of them in 3.x.
  const steps = Number.isInteger(3_600 / readings) ? readings : readings - 1;
  const every = readings < 2 ? '' : `, which is scraped every ${formatDuration(3_600_000 / steps)}`;
  return {
    code: 'DEMAND_GAPS',
    message: `The window of ${formatDuration(seconds * 1_000)} has no two scrapes of the pool${every}: it has no rate.`,
    hint: 'A longer window has one: &window=1h.',
  };
}

/** The end of the last whole minute, or of the last five where the window is that long. */
function lastWhole(ms: number, windowMs: number): number {
  const step = windowMs >= 3 * stepSeconds * 1_000 ? stepSeconds : 60;
  return Math.floor(ms / 1_000 / step) * step;
}

type History =
  | { readonly failure: Warning }
  | {
      readonly busiest: ReturnType<typeof busiestMoment>;
      readonly instancePeaks: ReturnType<typeof instancePeaksOf>;
    };

/** A week costs Prometheus more than it may allow: the window alone is an answer then, and that is said. */
async function historyOf(
  client: PrometheusClient,
  queries: DemandQueries,
  { seconds, peakMs }: { readonly seconds: number; readonly peakMs: number },
  rowsIn: (answer: PrometheusAnswer) => ReturnType<typeof answerRows>['rows'],
): Promise<History> {
  const to = Math.floor(seconds / stepSeconds) * stepSeconds;
  const peakSeconds = Math.max(stepSeconds, Math.round(peakMs / 1_000 / stepSeconds) * stepSeconds);
  // The first hour of the history ends an hour after it begins.
  const from = Math.min(to, to - peakSeconds + 3_600);
  // No more than 11,000 points a series are allowed.
  const step = stepSeconds * Math.ceil((to - from) / stepSeconds / 10_000 || 1);
  try {
    const busiest = busiestMoment(rowsIn(await client.between(queries.history, { from, to, step })));
    const instancePeaks = instancePeaksOf(
      rowsIn(await client.at(queries.instancePeaks(Math.max(stepSeconds, to - from)), to)),
    );
    return { busiest, instancePeaks };
  } catch (error) {
    if (!(error instanceof PoolctlError) || !tooMuch.has(error.code)) throw error;
    return {
      failure: {
        code: 'DEMAND_WITHOUT_PEAK',
        message: `The peak hour of ${formatDuration(peakMs)} is not known: ${error.message}`,
        hint: 'Sized by the window alone. Look at less history (&peak=1d), or choose a window that was busy (&at=2026-11-24T15:00Z).',
      },
    };
  }
}

const tooMuch: ReadonlySet<string> = new Set(['QUERY_FAILED', 'SERVER_TIMEOUT', 'SERVER_SILENT', 'PROTOCOL_BROKEN']);
