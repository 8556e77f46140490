import { withoutSecret } from '../code/libraries/secrets.ts';
import type { DeclaredOption } from '../declared-pool.ts';
import type { Resolved } from '../value.ts';
import { defaultQueue, longestQueueWaitMs } from '../vocabulary/codel.ts';
import type { ElixirExpression, ElixirField } from './expression.ts';
import type { ElixirValues } from './values.ts';

const plain = [
  'pool_size',
  'pool_count',
  'timeout',
  'connect_timeout',
  'handshake_timeout',
  'idle_interval',
  'max_lifetime',
];
const addresses = ['hostname', 'url', 'database', 'port'];

/** The options of a pool of DBConnection among the fields of its configuration, called as the profile `ecto` has them. */
export function ectoOptions(fields: readonly ElixirField[], values: ElixirValues): DeclaredOption[] {
  const option = (field: ElixirField, name = field.name, value = values.of(field.value)): DeclaredOption => ({
    name,
    value: value.kind === 'known' ? { ...value, value: withoutSecret(name, value.value) } : value,
    place: values.spanOf({ start: field.nameAt.start, end: field.value.end }),
    keyPlace: values.spanOf(field.nameAt),
  });
  const found = fields.flatMap((field): DeclaredOption[] => {
    if (field.name === 'after_connect')
      return sessionLimit(field.value).map(([name, value]) => option(field, name, value));
    if (field.name === 'parameters' && field.value.kind === 'list')
      return field.value.fields.map((inner) => option(inner, `parameters.${inner.name}`));
    return plain.includes(field.name) || addresses.includes(field.name) ? [option(field)] : [];
  });
  const ofUrl = found.find(({ name }) => name === 'url');
  const parameters = ofUrl ? urlOptions(ofUrl) : [];
  // Parameters of the URL win over the options beside it.
  const kept = found.filter(({ name }) => !parameters.some((parameter) => parameter.name === name));
  return [
    ...kept,
    ...parameters,
    ...queueOptions(fields, values).map(({ field, value }) => option(field, 'queue_target', value)),
  ];

  function sessionLimit(expression: ElixirExpression): [string, Resolved][] {
    const text = expression.kind === 'list' ? textsIn(expression).join(' ') : '';
    const limit = /\bSET\s+(?:SESSION\s+)?(max_execution_time|max_statement_time)\s*=\s*(\d+(?:\.\d+)?)/i.exec(text);
    if (!limit) return [];
    const place = values.spanOf(expression);
    return [
      [
        `after_connect.${limit[1]?.toLowerCase()}`,
        { kind: 'known', value: Number(limit[2]), origins: [{ kind: 'literal', text: 'literal', place }] },
      ],
    ];
  }
}

function textsIn(expression: ElixirExpression): string[] {
  if (expression.kind === 'text') return [expression.value];
  return expression.kind === 'list' ? expression.items.flatMap(textsIn) : [];
}

/** Of the parameters of a URL, Ecto makes numbers of these alone (supervisor.ex:13 of the profile's version). */
function urlOptions(url: DeclaredOption): DeclaredOption[] {
  if (url.value.kind !== 'known') return [];
  const { origins, value } = url.value;
  return Array.from(
    String(value).matchAll(/[?&](pool_size|timeout|idle_interval)=(\d+)(?=&|$)/g),
    ([, name = '', amount]) => ({
      ...url,
      name,
      value: {
        kind: 'known' as const,
        value: Number(amount),
        origins: [{ kind: 'url-parameter' as const, text: name }, ...origins],
      },
    }),
  );
}

/** What queue_target and queue_interval come to together: the longest wait, in ms; nothing where neither is given. */
function queueOptions(fields: readonly ElixirField[], values: ElixirValues): { field: ElixirField; value: Resolved }[] {
  const [target, interval] = ['queue_target', 'queue_interval'].map((name) =>
    fields.find((field) => field.name === name),
  );
  const field = target ?? interval;
  if (!field) return [];
  const [targetMs, intervalMs] = [target, interval].map((given) => given && values.of(given.value));
  const unknown = [targetMs, intervalMs].find((value) => value?.kind === 'unknown');
  if (unknown) return [{ field, value: unknown }];
  const msOf = (value: Resolved | undefined, otherwise: number) =>
    value?.kind === 'known' ? Number(value.value) : otherwise;
  const wait = longestQueueWaitMs({
    queueTargetMs: msOf(targetMs, defaultQueue.queueTargetMs),
    queueIntervalMs: msOf(intervalMs, defaultQueue.queueIntervalMs),
  });
  const origins = [targetMs, intervalMs].flatMap((value) => value?.origins ?? []);
  return [{ field, value: { kind: 'known', value: wait, origins } }];
}
