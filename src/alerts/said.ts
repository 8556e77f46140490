import type { AlertWords, ValueKind } from './rule.ts';

/** How a rule writes a value; Prometheus fills it in. */
const templates = {
  share: '{{ $value | humanizePercentage }}',
  amount: '{{ $value | printf "%.1f" }}',
  whole: '{{ $value | printf "%.0f" }}',
  seconds: '{{ $value | humanizeDuration }}',
  none: '',
} as const satisfies Readonly<Record<ValueKind, string>>;

/** For a rule. */
export function saidByTemplate(value: ValueKind, labels: readonly string[]): AlertWords {
  return said(labels, templates[value], (name) => `{{ $labels.${name} }}`);
}

/** For a unit test: what Prometheus makes of the template with that value and these labels. */
export function saidOf(kind: ValueKind, value: number, labels: Readonly<Record<string, string>>): AlertWords {
  return said(Object.keys(labels), written(kind, value), (name) => labels[name] ?? '');
}

function said(labels: readonly string[], value: string, label: (name: string) => string): AlertWords {
  const has = (name: string) => labels.includes(name);
  const at = has('target') ? ` of ${label('target')}` : '';
  const own = labels.find((name) => !['target', 'job', 'instance', 'database', 'user'].includes(name));
  const ofPooler = ['database', 'user'].filter(has).map(label).join('/');
  const pool = ofPooler === '' ? `pool ${label(own ?? 'instance')}` : `pool ${ofPooler}${at}`;
  const server = `server ${label(has('target') ? 'target' : 'instance')}`;
  return { label, pool, server, value };
}

function written(kind: ValueKind, value: number): string {
  switch (kind) {
    case 'share':
      return `${Number((value * 100).toPrecision(4))}%`;
    case 'amount':
      return value.toFixed(1);
    case 'whole':
      return value.toFixed(0);
    case 'seconds':
      return duration(value);
    case 'none':
      return '';
    default:
      return kind satisfies never;
  }
}

/** As humanizeDuration of Prometheus writes whole seconds. */
function duration(value: number): string {
  const [days, hours, minutes, seconds] = [
    Math.floor(value / 86_400),
    Math.floor(value / 3_600) % 24,
    Math.floor(value / 60) % 60,
    value % 60,
  ];
  if (days > 0) return `${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours > 0) return `${hours}h ${minutes}m ${seconds}s`;
  return minutes > 0 ? `${minutes}m ${seconds}s` : `${seconds}s`;
}
