import { type Matcher, selector } from '../alerts/promql.ts';
import { PoolctlError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { formatCount } from '../base/units.ts';
import { type MetricNames, metricNames, type NamedMetric, replicaLabels } from '../recommend/inputs/metric-names.ts';
import type { PrometheusSeries } from '../recommend/inputs/prometheus-answer.ts';
import { chooseSource, otherRate, type SourceThere, sourcesThere } from './choose-source.ts';
import type { PrometheusClient } from './client.ts';
import type { QueriedMetric } from './queries.ts';
import { type Asked, serviceLabels } from './source.ts';

/** What of all the metrics in Prometheus is meant. */
export interface Discovered {
  readonly source: string;
  readonly pool?: string;
  readonly metrics: readonly QueriedMetric[];
  readonly matchersOf: (metric: NamedMetric) => readonly Matcher[];
  readonly notes: readonly string[];
}

/** The metric of requests that the user names, as if a profile had it. */
export function requestNames(metric: string): MetricNames {
  const one = (field: NamedMetric['field'], suffix: string): readonly [string, readonly NamedMetric[]] => [
    `${metric}${suffix}`,
    [
      {
        ...{ source: requestsSource, of: 'application', metric: `requests${suffix}`, rank: 0 },
        ...(field && { field }),
        ...{ factor: 1, msFactor: 1, where: {}, poolLabels: [], isMax: false },
      },
    ],
  ];
  return new Map([one('transactions', ''), one('transactions', '_count')]);
}

export const requestsSource = 'requests';

/** Asks which metrics of pools are there, of which service and pool. @throws PoolctlError INPUT_MISSING where there is none, or where it is not clear which */
export async function discover(
  client: PrometheusClient,
  names: MetricNames,
  asked: Asked,
  seconds: number,
): Promise<Discovered> {
  const found = (await client.at(discoveryQuery(names, asked), seconds)).series;
  if (found.length === 0) throw await nothingThere(client, names, asked, seconds);
  const service = asked.service === undefined ? [] : [serviceMatcher(found, asked.service)];
  const own = found.filter(({ metric }) => service.every(({ label, value }) => metric[label] === value));
  const present = new Set(own.flatMap(({ metric }) => metric['__name__'] ?? []));
  const chosen = chooseSource(sourcesThere(present, names), asked.source);
  if (!chosen) throw noRate(present, asked);
  const { source } = chosen;
  refuseSeveralServices(own, sourcesThere(present, names), source, asked);
  const replica = replicaIn(own);
  const metrics = await Promise.all(
    source.metrics
      .filter(([name]) => !present.has(`${name}_count`))
      .map(async ([name, metric]) => ({ name, metric, isNative: await isNative(client, source.id, name, metric) })),
  );
  const pool = poolOf(own, source.metrics, asked);
  const labels: Matcher[] = Object.entries(asked.labels).map(([label, value]) => ({ label, operator: '=', value }));
  return {
    source: source.id,
    metrics,
    ...(pool !== undefined && { pool }),
    matchersOf: ({ poolLabels: [label] }) => [
      ...service,
      ...labels,
      ...(replica ? [replica] : []),
      ...(pool === undefined || label === undefined ? [] : [{ label, operator: '=' as const, value: pool }]),
    ],
    notes: [
      ...chosen.notes,
      ...(replica ? [`Only ${replica.label}="${replica.value}" is taken: others tell the same.`] : []),
    ],
  };
}

/** Pools of several services may have one name, and are no one pool for that. @throws PoolctlError INPUT_MISSING */
export function refuseSeveralServices(
  found: readonly PrometheusSeries[],
  there: readonly SourceThere[],
  chosen: SourceThere,
  { service, labels, source }: Asked,
): void {
  if (service !== undefined || Object.keys(labels).length > 0) return;
  // Applications may count under different names; a pooler beside one is another source of the same.
  const alike = there.filter(({ id, of }) => (source === undefined ? of === chosen.of : id === chosen.id));
  const names = new Set(alike.flatMap(({ metrics }) => metrics.map(([name]) => name)));
  const own = found.filter(({ metric }) => names.has(metric['__name__'] ?? ''));
  for (const label of serviceLabels) {
    const values = [...new Set(own.flatMap(({ metric }) => metric[label] ?? []))].sort();
    if (values.length < 2) continue;
    throw new PoolctlError(
      'INPUT_MISSING',
      `These metrics are of ${values.length} services: ${label} is ${values.slice(0, 6).join(', ')}${values.length > 6 ? ', …' : ''}.`,
      { hint: `Name one: ?${label}=${values[0]}.` },
    );
  }
}

function discoveryQuery(names: MetricNames, { service, labels }: Asked): string {
  const some = [...names]
    .filter(([, metrics]) => metrics.some(({ field }) => field !== undefined))
    .map(([name]) => name);
  const poolLabels = new Set([...names.values()].flat().flatMap((metric) => metric.poolLabels));
  const given: Matcher[] = Object.entries(labels).map(([label, value]) => ({ label, operator: '=', value }));
  const name: Matcher = { label: '__name__', operator: '=~', value: some.join('|') };
  const of = (more: readonly Matcher[]) => selector('', [name, ...given, ...more]);
  const selected =
    service === undefined
      ? of([])
      : serviceLabels.map((label) => of([{ label, operator: '=', value: service }])).join('\n or\n');
  const by = ['__name__', ...poolLabels, ...replicaLabels, ...serviceLabels];
  return `count by (${by.join(', ')}) (${selected})`;
}

/** The first of the labels that have the service's name. */
function serviceMatcher(found: readonly PrometheusSeries[], service: string): Matcher {
  const label = serviceLabels.find((name) => found.some(({ metric }) => metric[name] === service)) ?? serviceLabels[0];
  return { label, operator: '=', value: service };
}

/** Two Prometheus servers that scrape the same, seen through one, tell everything twice. */
function replicaIn(found: readonly PrometheusSeries[]): Matcher | undefined {
  for (const label of replicaLabels) {
    const [first, ...others] = new Set(found.flatMap(({ metric }) => metric[label] ?? []));
    if (first !== undefined && others.length > 0) return { label, operator: '=', value: first };
  }
  return undefined;
}

const isTimed = (field: NamedMetric['field']) => field === 'uses' || field === 'acquired' || field === 'attempts';

/** A histogram without _count is a native one. What only the user names may be of any type. */
async function isNative(
  client: PrometheusClient,
  source: string,
  name: string,
  { field }: NamedMetric,
): Promise<boolean> {
  if (source !== requestsSource) return isTimed(field) && !name.endsWith('_count');
  if (name.endsWith('_count')) return false;
  const known = (await metricNames({ withServers: true })).get(name) ?? [];
  const isKnownGauge = known.some((one) => one.field === 'inUse' || one.field === 'limit' || one.field === 'waiting');
  const type = isKnownGauge ? 'gauge' : await client.typeOf(name);
  if (type !== 'gauge' && type !== 'summary') return type === 'histogram';
  throw new PoolctlError('INPUT_INVALID', `${name} is a ${type}, which has no rate.`, {
    hint: 'Name a counter of requests, or a histogram of their times: metric=http_server_request_duration_seconds.',
  });
}

function poolOf(
  found: readonly PrometheusSeries[],
  metrics: readonly (readonly [string, NamedMetric])[],
  { pool }: Asked,
): string | undefined {
  const labelOf = new Map(metrics.map(([name, { poolLabels }]) => [name, poolLabels[0]]));
  const pools = new Set(
    found.flatMap(({ metric }) => {
      const label = labelOf.get(metric['__name__'] ?? '');
      return (label === undefined ? undefined : metric[label]) ?? [];
    }),
  );
  return choosePool(pools, pool);
}

/** Databases that no application uses. */
const serversOwn = new Set(['', 'pgbouncer', 'template0', 'template1']);

/** The pool that is meant; undefined where no label tells pools apart. @throws PoolctlError INPUT_MISSING */
export function choosePool(pools: ReadonlySet<string>, wanted: string | undefined): string | undefined {
  const some = [...pools].filter((name) => !serversOwn.has(name)).sort();
  // A name may have been made of a DSN.
  const list = redact(some.slice(0, 8).join(', ')) + (some.length > 8 ? ', …' : '');
  if (wanted !== undefined) {
    if (pools.has(wanted)) return wanted;
    const hint = some.length === 0 ? 'Leave &pool= out: these metrics name no pool.' : `There is ${list}.`;
    throw new PoolctlError('INPUT_MISSING', `There is no pool "${redact(wanted)}".`, { hint });
  }
  if (some.length <= 1) return some[0];
  throw new PoolctlError('INPUT_MISSING', `There are ${some.length} pools: ${list}. Each has a size of its own.`, {
    hint: `Name one: &pool=${redact(some[0] ?? '')}.`,
  });
}

function noRate(present: ReadonlySet<string>, asked: Asked): PoolctlError {
  const list = [...present].slice(0, 4).join(', ');
  return new PoolctlError(
    'INPUT_MISSING',
    `${list}${present.size > 4 ? ', …' : ''}: none of these tells a rate of requests.`,
    {
      hint:
        asked.metric === undefined
          ? `Name a metric of requests: &metric=http_server_request_duration_seconds; add --mean or --p95 then.${otherRate(present)}`
          : 'Is it a counter, or a histogram?',
    },
  );
}

/** Empty is not zero: says what is there instead. */
async function nothingThere(
  client: PrometheusClient,
  names: MetricNames,
  asked: Asked,
  seconds: number,
): Promise<PoolctlError> {
  const at = new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
  const conditions = [
    ...(asked.service === undefined ? [] : [`service "${asked.service}"`]),
    ...Object.entries(asked.labels).map(([label, value]) => `${label}="${value}"`),
  ].join(' and ');
  const what = asked.metric ?? 'a pool';
  const error = (message: string, hint: string) => new PoolctlError('INPUT_MISSING', message, { hint });
  if (conditions !== '') {
    const all = { labels: {}, ...(asked.metric !== undefined && { metric: asked.metric }) };
    const others = (await client.at(discoveryQuery(names, all), seconds)).series;
    const seen = new Set(
      others.flatMap(({ metric }) =>
        serviceLabels.flatMap((label) => (metric[label] ? `${label}=${metric[label]}` : [])),
      ),
    );
    if (seen.size > 0) {
      return error(
        `Prometheus has no metric of ${what} with ${conditions}.`,
        `It has some with ${[...seen].sort().slice(0, 6).join(', ')}. Any label can be named: ?LABEL=VALUE.`,
      );
    }
    if (others.length > 0) {
      return error(
        `Prometheus has no metric of ${what} with ${conditions}.`,
        `It has ${formatCount(others.length, 'series', 'series')} without such labels.`,
      );
    }
  }
  return error(
    `Prometheus has no metric of ${what} at ${at}.`,
    asked.metric === undefined
      ? 'It knows those of HikariCP, OpenTelemetry, poolctl/monitor, PgBouncer and PostgreSQL by their exporters. Is the target scraped, and up? Others can be named: &metric=NAME.'
      : 'Is the name right, without labels and without _count? Is the target scraped, and up?',
  );
}
