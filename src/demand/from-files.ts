import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import { metricNames } from '../recommend/inputs/metric-names.ts';
import { isJsonObject } from '../recommend/inputs/ndjson.ts';
import { type PrometheusSeries, prometheusAnswer } from '../recommend/inputs/prometheus-answer.ts';
import { collectFromCloudWatch, isCloudWatch } from './cloudwatch.ts';
import type { Collected } from './collected.ts';
import { scrapesIn, seriesOfScrapes } from './exposition.ts';
import { collectFromRows } from './from-rows.ts';
import { collectFromSeries } from './from-series.ts';
import { jsonDocumentsIn } from './json-documents.ts';
import { isOtlp, seriesOfOtlp } from './otlp.ts';
import { type AnswerRow, answerRows } from './rows.ts';
import type { Asked } from './source.ts';

/** A file of metrics that was read. */
export interface MetricsFile {
  readonly name: string;
  readonly text: string;
  /** When it was written, where that is known. */
  readonly writtenMs?: number;
}

/** @throws PoolctlError INPUT_UNREADABLE */
export function readMetricsFile(name: string, cwd: string): MetricsFile {
  const path = resolve(cwd, name);
  try {
    return { name: basename(name), text: readFileSync(path, 'utf8'), writtenMs: statSync(path).mtimeMs };
  } catch (cause) {
    throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${name}.`, {
      hint: 'Is the path right, and may you read the file?',
      cause,
    });
  }
}

/** What metrics in files say, whatever of the known kinds they are. @throws PoolctlError INPUT_INVALID, INPUT_MISSING */
export async function collectFromFiles(files: readonly MetricsFile[], asked: Asked): Promise<Collected> {
  const name = files.map((file) => file.name).join(', ');
  const names = await metricNames({ withServers: true });
  const rows: AnswerRow[][] = [];
  const series: PrometheusSeries[] = [];
  const notes: string[] = [];
  const texts = files.filter(({ text }) => !/^[\s\uFEFF]*[[{]/.test(text));
  for (const file of files) {
    if (file.text.trim() === '')
      throw new PoolctlError('INPUT_MISSING', `${file.name} is empty.`, { hint: 'Was it written to the end?' });
    if (texts.includes(file)) continue;
    const documents = jsonDocumentsIn(file.text, file.name);
    if (documents.some(isCloudWatch)) return collectFromCloudWatch(file.text, file.name, asked);
    if (documents.some(isOtlp)) {
      const told = await seriesOfOtlp(documents, file.name);
      series.push(...told.series);
      notes.push(...told.notes);
      continue;
    }
    for (const document of documents) {
      const answer = prometheusAnswer(document, file.name);
      notes.push(...answer.says.map((said) => `Prometheus says: ${said}`));
      const known = answerRows(answer, queryOf(document), names);
      rows.push([...known.rows]);
      series.push(...known.others);
    }
  }
  if (texts.length > 0) {
    const scrapes = texts.map(({ name: file, text }) => scrapesIn(text, file));
    const told = seriesOfScrapes(scrapes.flat(), name, {
      ...{ intervalMs: asked.intervalMs, atMs: asked.atMs },
      writtenMs: scrapes.every((some) => some.length === 1) ? texts.map(({ writtenMs }) => writtenMs) : [],
    });
    series.push(...told.series);
    notes.push(...told.notes);
  }
  const collected = rows.some((some) => some.length > 0)
    ? collectFromRows(rows, name, asked)
    : await collectFromSeries(joined(series, name), name, asked);
  const isOfInstance = texts.length === files.length && isOneProcess(collected);
  return {
    ...collected,
    ...(isOfInstance && { isOfInstance }),
    notes: [...new Set([...collected.notes, ...notes, ...(isOfInstance ? [ofInstance] : [])])],
  };
}

const ofInstance = 'The text of /metrics is of one instance: each is taken to have as much to do.';

/** Whether an application tells of itself, and no label of a scraper tells several apart. */
function isOneProcess({ window: { isFleet, instances } }: Collected): boolean {
  return !isFleet && instances.length === 1 && instances[0]?.instance === '';
}

/** The query that stands beside an answer, as some tools save it. */
function queryOf(document: unknown): string | undefined {
  if (!isJsonObject(document) || !isJsonObject(document['request'])) return undefined;
  const { query } = document['request'];
  return typeof query === 'string' ? query : undefined;
}

/** A series that several files have is one. @throws PoolctlError INPUT_INVALID for series without a name */
function joined(series: readonly PrometheusSeries[], file: string): readonly PrometheusSeries[] {
  const byKey = new Map<string, PrometheusSeries[]>();
  for (const one of series) {
    if (one.metric['__name__'] === undefined) {
      throw new PoolctlError(
        'INPUT_INVALID',
        `${file}: its series have no name, as after rate() or sum(): what they are cannot be told.`,
        {
          hint: 'Save the metrics themselves, or the queries that `poolctl size --from "prometheus://HOST?source=NAME" --print-queries` prints: their answers say what they are.',
        },
      );
    }
    const key = JSON.stringify(Object.entries(one.metric).sort());
    byKey.set(key, [...(byKey.get(key) ?? []), one]);
  }
  return [...byKey.values()].map((same) => {
    const [first, ...others] = same;
    if (!first || others.length === 0) return first ?? { metric: {} };
    const values = same.flatMap((one) => one.values ?? (one.value ? [one.value] : []));
    const histograms = same.flatMap((one) => one.histograms ?? (one.histogram ? [one.histogram] : []));
    return {
      metric: first.metric,
      ...(values.length > 0 && { values: values.sort(([a], [b]) => a - b) }),
      ...(histograms.length > 0 && { histograms: histograms.sort(([a], [b]) => a - b) }),
    };
  });
}
