import { describe, expect, it } from 'vitest';
import { exposition, formatFor, type MetricFamily } from '../../../src/serve/exposition.ts';
import { servedMetrics } from '../../../src/serve/metric-names.ts';

const polls: MetricFamily = {
  metric: servedMetrics.pollErrors,
  samples: [{ labels: { target: 'orders', class: 'SERVER_SILENT' }, value: 3 }],
};
const age: MetricFamily = { metric: servedMetrics.snapshotAge, samples: [{ labels: { target: 'a' }, value: 1.25 }] };

describe('metrics as text', () => {
  it('are those of Prometheus, one block a metric', () => {
    expect(exposition([polls], 'prometheus')).toBe(
      [
        '# HELP poolctl_poll_errors_total Polls that failed, by the code of the error (poolctl explain CODE).',
        '# TYPE poolctl_poll_errors_total counter',
        'poolctl_poll_errors_total{target="orders",class="SERVER_SILENT"} 3',
        '',
      ].join('\n'),
    );
  });

  it('are OpenMetrics where that is asked for: counters without _total in their family, units, an end', () => {
    const lines = exposition([polls, age], 'openmetrics').split('\n');
    expect(lines).toContain('# TYPE poolctl_poll_errors counter');
    expect(lines).toContain('poolctl_poll_errors_total{target="orders",class="SERVER_SILENT"} 3');
    expect(lines).toContain('# UNIT poolctl_snapshot_age_seconds seconds');
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
  });

  it('escape backslashes, quotes and line ends in labels', () => {
    const hostile: MetricFamily = {
      metric: servedMetrics.targetUp,
      samples: [{ labels: { target: 'a\\b"c\nd' }, value: 1 }],
    };
    expect(exposition([hostile], 'prometheus')).toContain('poolctl_target_up{target="a\\\\b\\"c\\nd"} 1\n');
  });

  it('leave out what is no number, metrics without a value, and labels without a text', () => {
    const metric = servedMetrics.connections;
    const none = { metric, samples: [{ labels: { target: 'a' }, value: Number.NaN }] };
    expect(exposition([none, { metric, samples: [] }], 'prometheus')).toBe('');
    const unknown = { metric, samples: [{ labels: { target: 'a', state: '' }, value: 2 }] };
    expect(exposition([unknown], 'prometheus')).toContain('poolctl_server_connections{target="a"} 2\n');
  });
});

it.each([
  [undefined, 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/plain;version=0.0.4', 'prometheus'],
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,*/*;q=0.1',
    'openmetrics',
  ],
  ['application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;q=0.3', 'openmetrics'],
  ['application/openmetrics-text;q=0, text/plain', 'prometheus'],
] as const)('answers Accept: %s with %s', (accept, format) => {
  expect(formatFor(accept)).toBe(format);
});
