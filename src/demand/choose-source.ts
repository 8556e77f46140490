import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { profileIds } from '../profiles/files.ts';
import { type MetricNames, metricsMeant, type NamedMetric } from '../recommend/inputs/metric-names.ts';

/** A source of metrics and what of it is there. */
export interface SourceThere {
  readonly id: string;
  readonly of: NamedMetric['of'];
  readonly metrics: readonly (readonly [name: string, metric: NamedMetric])[];
}

const rateFields: ReadonlySet<string | undefined> = new Set(['uses', 'attempts', 'acquired', 'transactions']);
const ranks: Readonly<Record<NamedMetric['of'], number>> = { application: 2_000, pooler: 1_000, server: 0 };

/** The sources that tell a rate, the one that tells most first: an application's pool before a pooler, and that before a server. */
export function sourcesThere(present: ReadonlySet<string>, names: MetricNames): SourceThere[] {
  const byId = new Map<string, SourceThere>();
  for (const [name, metrics] of metricsMeant(names, present)) {
    for (const metric of metrics) {
      if (metric.field === undefined) continue;
      const { metrics: before = [] } = byId.get(metric.source) ?? {};
      byId.set(metric.source, { id: metric.source, of: metric.of, metrics: [...before, [name, metric]] });
    }
  }
  return [...byId.values()]
    .filter(({ metrics }) => metrics.some(([, { field }]) => rateFields.has(field)))
    .sort((a, b) => worth(b) - worth(a));
}

function worth({ of, metrics }: SourceThere): number {
  const fields = new Set(metrics.map(([, { field }]) => field));
  const isNative = metrics.some(([name, { field }]) => field === 'uses' && !name.endsWith('_count'));
  return ranks[of] + (fields.has('useBucket') || isNative ? 200 : 0) + (fields.has('useMs') ? 100 : 0) + fields.size;
}

/** The best of them, or the one that the user names. Undefined where none is there. @throws PoolctlError VALUE_INVALID, INPUT_MISSING */
export function chooseSource(
  there: readonly SourceThere[],
  wanted: string | undefined,
): { readonly source: SourceThere; readonly notes: readonly string[] } | undefined {
  if (wanted !== undefined) {
    const source = there.find(({ id }) => id === wanted);
    if (source) return { source, notes: [] };
    const known = profileIds('metrics');
    const hint = `There is ${there.map(({ id }) => id).join(', ') || 'none that is known'}.`;
    if (known.includes(wanted)) {
      throw new PoolctlError('INPUT_MISSING', `No metric of ${wanted} is there that tells a rate.`, { hint });
    }
    throw new PoolctlError('VALUE_INVALID', `There is no source "${wanted}".${didYouMean(wanted, known)}`, {
      hint: `Write one of ${known.join(', ')}.`,
    });
  }
  const [source, ...rest] = there;
  if (!source) return undefined;
  // Those of poolctl/monitor are OpenTelemetry's names, and more.
  const own = new Set(source.metrics.map(([name]) => name));
  const others = rest.filter(({ metrics }) => metrics.some(([name]) => !own.has(name)));
  const notes =
    others.length > 0
      ? [`Taken from ${source.id}; there is also ${others.map(({ id }) => id).join(', ')} (&source=).`]
      : [];
  return { source, notes };
}

/** Where metrics of a pool tell no rate, what else of the same source counts. */
export function otherRate(present: ReadonlySet<string>): string {
  const isOpenTelemetry = [...present].some((name) => /^db_client_connections?_/.test(name));
  return isOpenTelemetry
    ? ' Where OpenTelemetry has no use_time, as for pg, db_client_operation_duration counts the queries.'
    : '';
}
