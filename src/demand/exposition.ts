import { PoolctlError } from '../base/errors.ts';
import type { PrometheusSeries } from '../recommend/inputs/prometheus-answer.ts';

/** A text of /metrics: one scrape, or several after each other. */
export interface Scrape {
  readonly series: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: string;
    readonly seconds?: number;
  }[];
  /** By its header `Date:`, where it was saved with `curl -i`, or by the times of its values. */
  readonly atSeconds?: number;
  /** `process_start_time_seconds`. */
  readonly startSeconds?: number;
}

const sample =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+([^\s#]+)(?:\s+(-?[\d.eE+]+))?(?:\s*#.*)?$/;
const label = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

/** Only to choose the reader, which then looks closely. */
export function isExposition(text: string): boolean {
  return (
    /^(?:\uFEFF)?(?:HTTP\/|\s*# (?:HELP|TYPE|EOF|UNIT) )/m.test(text.slice(0, 5_000)) ||
    text
      .slice(0, 5_000)
      .split('\n')
      .some((line) => sample.test(line.trim()) && /[{_]/.test(line))
  );
}

/** The scrapes of a file, in their order. @throws PoolctlError INPUT_INVALID with file and line */
export function scrapesIn(text: string, file: string): Scrape[] {
  const scrapes: Scrape[] = [];
  let [series, seen, at, isHead]: [Scrape['series'][number][], Set<string>, number | undefined, boolean] = [
    [],
    new Set(),
    undefined,
    false,
  ];
  const end = (): void => {
    if (series.length > 0) scrapes.push(scrapeOf(series, at));
    [series, seen, at] = [[], new Set(), undefined];
  };
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (/^HTTP\/[\d.]+ \d{3}/.test(line)) {
      end();
      isHead = true;
    } else if (isHead) {
      const date = /^date:\s*(.+)$/i.exec(line)?.[1];
      if (date !== undefined) at = Date.parse(date) / 1_000;
      isHead = line !== '';
    } else if (line !== '' && !line.startsWith('#')) {
      const one = sampleIn(line, () => refuse(file, index + 1, line));
      // A series that comes again is of the next scrape.
      const key = JSON.stringify(one.metric);
      if (seen.has(key)) end();
      seen.add(key);
      series.push(one);
    }
  }
  end();
  return scrapes;
}

function refuse(file: string, line: number, text: string): never {
  throw new PoolctlError('INPUT_INVALID', `${file}:${line}: "${text.slice(0, 60)}" is no line of an exposition.`, {
    hint: 'Each is name{label="value"} 12.5, as /metrics of an exporter has them.',
  });
}

function sampleIn(line: string, fail: () => never): Scrape['series'][number] {
  const [, name = '', labels = '', value = '', time] = sample.exec(line) ?? fail();
  const metric: Record<string, string> = { __name__: name };
  let at = 0;
  while (labels.slice(at).trim() !== '') {
    label.lastIndex = at;
    const found = label.exec(labels) ?? fail();
    metric[found[1] ?? ''] = (found[2] ?? '').replace(/\\(.)/g, (_whole, letter: string) =>
      letter === 'n' ? '\n' : letter,
    );
    at = label.lastIndex;
  }
  if (Number.isNaN(Number(value.replace('Inf', 'Infinity'))) && value !== 'NaN') fail();
  if (time === undefined) return { metric, value };
  // Prometheus' own format has ms, OpenMetrics has seconds.
  const moment = Number(time);
  return { metric, value, seconds: moment > 1e11 ? moment / 1_000 : moment };
}

function scrapeOf(series: Scrape['series'], at: number | undefined): Scrape {
  const times = series.flatMap(({ seconds }) => seconds ?? []);
  const atSeconds = at ?? (times.length > 0 ? Math.max(...times) : undefined);
  const start = Number(
    series.find(({ metric }) => metric['__name__'] === 'process_start_time_seconds')?.value ?? Number.NaN,
  );
  return {
    series,
    ...(atSeconds !== undefined && !Number.isNaN(atSeconds) && { atSeconds }),
    ...(start > 0 && { startSeconds: start }),
  };
}

/** What else is known of when scrapes were made. */
export interface ScrapeTimes {
  readonly intervalMs: number | undefined;
  readonly atMs: number | undefined;
  /** When each file was written. */
  readonly writtenMs: readonly (number | undefined)[];
}

/** All scrapes as series over time. A single one is counted from the start of its process. @throws PoolctlError INPUT_MISSING */
export function seriesOfScrapes(
  scrapes: readonly Scrape[],
  file: string,
  { intervalMs, atMs, writtenMs }: ScrapeTimes,
): { readonly series: readonly PrometheusSeries[]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  let times = scrapes.map(({ atSeconds }) => atSeconds);
  const areKnown = () => times.every((time) => time !== undefined) && new Set(times).size === times.length;
  if (!areKnown() && intervalMs !== undefined) {
    const end = atMs === undefined ? scrapes.length * (intervalMs / 1_000) : atMs / 1_000;
    times = scrapes.map((_scrape, index) => end - ((scrapes.length - 1 - index) * intervalMs) / 1_000);
  }
  if (!areKnown() && scrapes.length === 1 && atMs !== undefined) times = [atMs / 1_000];
  if (!areKnown() && writtenMs.length === scrapes.length && writtenMs.every((ms) => ms !== undefined)) {
    times = writtenMs.map((ms) => Math.round(ms ?? 0) / 1_000);
    if (areKnown() && Math.abs((times.at(-1) ?? 0) - (times[0] ?? 0)) >= (scrapes.length > 1 ? 1 : 0)) {
      notes.push('The times of the scrapes are those of the files; &interval= says better.');
    } else times = [undefined];
  }
  if (!areKnown()) throw whenUnknown(file, scrapes.length);
  return { series: seriesAt(scrapes, times as number[], file), notes };
}

function whenUnknown(file: string, count: number): PoolctlError {
  const message =
    count === 1
      ? `${file} is one scrape, and does not tell when it was made: its totals have no rate.`
      : `${file} has ${count} scrapes, and does not tell how far apart they are.`;
  const hint =
    count === 1
      ? 'Save a second one some minutes later and name both: FILE1,FILE2?interval=5m. With process_start_time_seconds in it, ?at=2026-11-28T14:00Z is enough.'
      : 'Say so: FILE?interval=60s. `curl -i` saves the time with each scrape.';
  return new PoolctlError('INPUT_MISSING', message, { hint });
}

function seriesAt(scrapes: readonly Scrape[], times: readonly number[], file: string): PrometheusSeries[] {
  const start = scrapes[0]?.startSeconds;
  if (scrapes.length === 1 && start === undefined) {
    throw new PoolctlError(
      'INPUT_MISSING',
      `${file} is one scrape without process_start_time_seconds: its totals have no rate.`,
      {
        hint: 'Save a second one some minutes later and name both: FILE1,FILE2?interval=5m.',
      },
    );
  }
  const byKey = new Map<string, { metric: Record<string, string>; values: [number, string][] }>();
  for (const [index, { series }] of scrapes.entries()) {
    for (const { metric, value, seconds } of series) {
      const key = JSON.stringify(metric);
      const one = byKey.get(key) ?? { metric, values: [] };
      byKey.set(key, one);
      // Counters began at 0 with their process.
      if (
        scrapes.length === 1 &&
        start !== undefined &&
        /_(?:total|sum|count|bucket)$/.test(metric['__name__'] ?? '')
      ) {
        one.values.push([start, '0']);
      }
      one.values.push([seconds ?? times[index] ?? 0, value]);
    }
  }
  return [...byKey.values()];
}
