import type { Matcher } from '../alerts/promql.ts';
import { PoolctlError } from '../base/errors.ts';
import { profileIds } from '../profiles/files.ts';
import { metricSource } from '../profiles/load.ts';
import { metricNames, type NamedMetric } from '../recommend/inputs/metric-names.ts';
import { chooseSource } from './choose-source.ts';
import { requestNames, requestsSource } from './discover.ts';
import { isPrometheusUrl } from './prometheus-url.ts';
import { demandQueries, type QueriedMetric, stepSeconds } from './queries.ts';
import { type Asked, parseDemandSource } from './source.ts';

/** A query as it is sent: its call of the API, and the parameters beside it. */
export interface PrintedQuery {
  readonly asks: string;
  readonly call: 'query' | 'query_range';
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: string;
}

export interface PrintedQueries {
  readonly title: string;
  /** `http://host:9090`, in front of /api/v1. */
  readonly address: string;
  readonly queries: readonly PrintedQuery[];
}

/**
 * The queries of one source, for those who cannot let poolctl ask by itself. Nothing is looked up: labels are taken as given.
 * @throws PoolctlError VALUE_INVALID, INPUT_MISSING
 */
export async function queriesToPrint(
  text: string,
  { cwd, nowMs }: { readonly cwd: string; readonly nowMs: number },
): Promise<PrintedQueries> {
  if (!isPrometheusUrl(text)) {
    throw new PoolctlError(
      'INPUT_MISSING',
      '--print-queries prints the queries to a Prometheus, and --from names none.',
      {
        hint: "Write --from 'prometheus://HOST:9090?service=api&source=hikaricp-micrometer' --print-queries; nothing is asked there.",
      },
    );
  }
  const source = parseDemandSource(text, cwd);
  if (source.kind !== 'prometheus') throw new TypeError('A URL is no file.');
  const { asked, isTls, host, port, path } = source;
  const address = `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
  const { windowMs = 3_600_000, peakMs = 7 * 86_400_000 } = asked;
  const seconds = Math.floor((asked.atMs ?? nowMs) / 1_000 / stepSeconds) * stepSeconds;
  const { title, metrics } = await metricsOf(asked);
  const queries = demandQueries(metrics, (metric) => matchersOf(asked, metric));
  const time = String(seconds);
  const peakSeconds = Math.round(peakMs / 1_000 / stepSeconds) * stepSeconds;
  const history: PrintedQuery[] = [
    {
      asks: 'The history, to find the peak hour.',
      call: 'query_range',
      parameters: { start: String(seconds - peakSeconds + 3_600), end: time, step: String(stepSeconds) },
      query: queries.history,
    },
    {
      asks: 'The busiest hour of each instance.',
      call: 'query',
      parameters: { time },
      query: queries.instancePeaks(Math.max(stepSeconds, peakSeconds - 3_600)),
    },
  ];
  return {
    title,
    address,
    queries: [
      { asks: 'The window.', call: 'query', parameters: { time }, query: queries.window(Math.round(windowMs / 1_000)) },
      ...(peakMs > 0 ? history : []),
    ],
  };
}

async function metricsOf(
  asked: Asked,
): Promise<{ readonly title: string; readonly metrics: readonly QueriedMetric[] }> {
  if (asked.metric !== undefined) {
    const [name, metrics] = [...requestNames(asked.metric)].find(([one]) => one.endsWith('_count')) ?? ['', []];
    return {
      title: `${requestsSource}: ${asked.metric}`,
      metrics: metrics.map((metric) => ({ name, metric, isNative: false })),
    };
  }
  if (asked.source === undefined) {
    throw new PoolctlError(
      'INPUT_MISSING',
      'Which metrics are there is not known without asking, so that --print-queries needs a source.',
      {
        hint: `Add &source= with one of ${profileIds('metrics').join(', ')}; or &metric=NAME of requests.`,
      },
    );
  }
  const names = await metricNames({ withServers: true });
  const all = [...names].flatMap(([name, metrics]) =>
    metrics
      .filter(({ source, field }) => source === asked.source && field !== undefined)
      .map((metric) => ({ name, metric })),
  );
  // Refuses a source that nobody knows.
  if (all.length === 0) chooseSource([], asked.source);
  const named = new Set(all.map(({ name }) => name));
  const metrics = all
    .filter(({ name }) => !named.has(`${name}_count`))
    .map(({ name, metric }) => ({ name, metric, isNative: false }));
  return { title: (await metricSource(asked.source)).title, metrics };
}

function matchersOf({ service, labels, pool }: Asked, { poolLabels: [label] }: NamedMetric): Matcher[] {
  const given = {
    ...(service !== undefined && { service }),
    ...labels,
    ...(pool !== undefined && label !== undefined && { [label]: pool }),
  };
  return Object.entries(given).map(([name, value]) => ({ label: name, operator: '=', value }));
}

/** Commands of a shell that save all the answers into one file. */
export function asCommands({ address, queries }: PrintedQueries, file: string): string {
  return queries
    .map(({ asks, call, parameters, query }) => {
      const rest = Object.entries(parameters).map(([name, value]) => ` -d ${name}=${value}`);
      return `# ${asks}\ncurl -sS ${address}/api/v1/${call}${rest.join('')} --data-urlencode 'query=${query.replaceAll("'", "'\\''")}' >> ${file}\n`;
    })
    .join('\n');
}
