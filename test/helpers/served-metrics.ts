import { type ServedMetric, servedMetrics } from '../../src/serve/metric-names.ts';

/** The metrics of the endpoint of watch, for the documentation; the label `target`, which all but one have, is left out. */
export function servedMetricRows(): [name: string, kind: string, labels: string, means: string][] {
  return Object.values<ServedMetric>(servedMetrics).map(({ name, type, labels, help, lasts }) => [
    `\`${name}\``,
    lasts === 'always' ? `${type}, always` : type,
    labels
      .filter((label) => label !== 'target')
      .map((label) => `\`${label}\``)
      .join(', '),
    help,
  ]);
}
