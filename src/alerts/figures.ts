import {
  type MeasuredQuantity,
  type MetricSourceProfile,
  measuredQuantities,
  metricsFor,
  type SourceMetric,
} from '../profiles/metrics.ts';
import { aggregated, type Matcher, promDuration, quoted, type SeriesFigure, selector } from './promql.ts';

/** A source that rules are written for, and what its series have to be like. */
export interface AlertSource {
  readonly id: string;
  readonly profile: MetricSourceProfile;
  readonly matchers: readonly Matcher[];
}

/** A stretch of time: seconds, or what Grafana fills in. */
export type RateWindow = number | '$__rate_interval';

const written = (window: RateWindow): string => (typeof window === 'number' ? promDuration(window) : window);

/** How many of a unit are a second. */
const secondsIn: Readonly<Partial<Record<SourceMetric['unit'], string>>> = {
  milliseconds: '1e3',
  microseconds: '1e6',
  nanoseconds: '1e9',
};

/** The quantities of one source as expressions of PromQL; undefined for what it does not measure. */
export class SourceFigures {
  readonly source: AlertSource;

  constructor(source: AlertSource) {
    this.source = source;
  }

  /** The last value. */
  now(quantity: MeasuredQuantity): SeriesFigure | undefined {
    return this.#figure(quantity, (series) => series);
  }

  /** The value so many seconds ago. */
  before(quantity: MeasuredQuantity, seconds: number): SeriesFigure | undefined {
    return this.#figure(quantity, (series) => `${series} offset ${promDuration(seconds)}`);
  }

  /** The mean of all scrapes of so many seconds. */
  mean(quantity: MeasuredQuantity, window: RateWindow): SeriesFigure | undefined {
    return this.#figure(quantity, (series) => `avg_over_time(${series}[${written(window)}])`);
  }

  /** How much a counter, or the sum of the times, grew a second; restarts are not growth. */
  perSecond(quantity: MeasuredQuantity, window: RateWindow): SeriesFigure | undefined {
    return this.#figure(quantity, (series) => `rate(${series}[${written(window)}])`, '_sum');
  }

  /** How many times a second something was timed. */
  countPerSecond(quantity: MeasuredQuantity, window: RateWindow): SeriesFigure | undefined {
    return this.#figure(quantity, (series) => `rate(${series}[${written(window)}])`, '_count');
  }

  increase(quantity: MeasuredQuantity, window: RateWindow): SeriesFigure | undefined {
    return this.#figure(quantity, (series) => `increase(${series}[${written(window)}])`);
  }

  /** How many scrapes had it in so many seconds. */
  scrapes(quantity: MeasuredQuantity, seconds: number): SeriesFigure | undefined {
    return this.#figure(quantity, (series) => `count_over_time(${series}[${promDuration(seconds)}])`);
  }

  /** Connections that ordinary users can have: as the source says it, or the maximum less what is reserved. */
  usable(): SeriesFigure | undefined {
    const usable = this.now('usable');
    const max = this.now('max');
    if (usable || !max) return usable;
    const reserved = metricsFor(this.source.profile, 'reserved').map((metric) => {
      const value = this.#one(metric, (series) => series, '');
      // An older server has no such setting, and its exporter no such series.
      return metric.since === undefined ? value : `(${value} or 0 * ${max.expr})`;
    });
    return { expr: `(${[max.expr, ...reserved].join(' - ')})`, labels: max.labels };
  }

  #figure(quantity: MeasuredQuantity, wrap: (series: string) => string, suffix = ''): SeriesFigure | undefined {
    const metrics = metricsFor(this.source.profile, quantity);
    const [first] = metrics;
    if (!first) return undefined;
    const sum = metrics.map((metric) => this.#one(metric, wrap, suffix)).join(' + ');
    const scale = suffix === '_sum' ? secondsIn[first.unit] : undefined;
    const all = metrics.length > 1 ? `(${sum})` : sum;
    const labels = first.labels ?? this.source.profile.labels[measuredQuantities[quantity]] ?? [];
    return { expr: scale === undefined ? all : `${all} / ${scale}`, labels };
  }

  /** Of several names, the first that a target has. */
  #one(
    { names, where = {}, drop = [], rename = {}, combine, type }: SourceMetric,
    wrap: (series: string) => string,
    suffix: string,
  ): string {
    const isTimed = type === 'histogram' || type === 'summary';
    const own = Object.entries(where).map(
      ([label, value]): Matcher =>
        value.startsWith('~') ? { label, operator: '=~', value: value.slice(1) } : { label, operator: '=', value },
    );
    const matchers = [...own, ...this.source.matchers];
    const alternatives = names.map((name) => wrap(selector(`${name}${isTimed ? suffix : ''}`, matchers)));
    const any = alternatives.join(' or ');
    const renamed = Object.entries(rename).reduce(
      (expr, [from, to]) => `label_replace(${expr}, ${quoted(to)}, "$1", ${quoted(from)}, "(.+)")`,
      any,
    );
    const gone = [...Object.keys(where), ...drop, ...Object.keys(rename)];
    if (gone.length > 0) return aggregated(`${combine ?? 'sum'} without`, gone, renamed);
    return alternatives.length > 1 ? `(${renamed})` : renamed;
  }
}
