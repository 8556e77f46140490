import type { ServedMetric } from './metric-names.ts';

/** One value of a metric, with its labels. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric and all its values now. */
export interface MetricFamily {
  readonly metric: ServedMetric;
  readonly samples: readonly MetricSample[];
}

export type ExpositionFormat = 'prometheus' | 'openmetrics';

export const expositionTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** OpenMetrics for those who ask for it; the text of Prometheus, which everything reads, for all others. */
export function formatFor(accept = ''): ExpositionFormat {
  const asked = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  const takes = asked.some(([type, ...rest]) => type === 'application/openmetrics-text' && !rest.some(isNever));
  return takes ? 'openmetrics' : 'prometheus';
}

const isNever = (parameter: string) => /^q=0(?:\.0*)?$/.test(parameter);

/**
 * Metrics as text: of Prometheus, https://prometheus.io/docs/instrumenting/exposition_formats/ (0.0.4), or OpenMetrics 1.0,
 * whose counters have `_total` in the name of the series only, and which tells units and its end. Metrics without a value
 * are left out, and so are values that are no number.
 */
export function exposition(families: readonly MetricFamily[], format: ExpositionFormat): string {
  const isOpen = format === 'openmetrics';
  const blocks = families.flatMap(({ metric: { name, type, unit, help }, samples }) => {
    const values = samples.filter(({ value }) => Number.isFinite(value));
    if (values.length === 0) return [];
    const family = isOpen && type === 'counter' ? name.replace(/_total$/, '') : name;
    return [
      `# HELP ${family} ${isOpen ? escapedValue(help) : escapedHelp(help)}`,
      `# TYPE ${family} ${type}`,
      ...(isOpen && family.endsWith(`_${unit}`) ? [`# UNIT ${family} ${unit}`] : []),
      ...values.map(({ labels, value }) => `${name}${labelled(labels)} ${value}`),
    ];
  });
  return [...blocks, ...(isOpen ? ['# EOF'] : []), ''].join('\n');
}

/** A label without a text is the same as none. */
function labelled(labels: MetricSample['labels']): string {
  const pairs = Object.entries(labels).filter(([, text]) => text !== '');
  return pairs.length === 0 ? '' : `{${pairs.map(([name, text]) => `${name}="${escapedValue(text)}"`).join(',')}}`;
}

const escapedHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
/** Nearly every value is as it stands, and there are thousands. */
const escapedValue = (text: string) => (/[\\\n"]/.test(text) ? escapedHelp(text).replaceAll('"', '\\"') : text);
