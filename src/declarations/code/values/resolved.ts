import type { KnownValue, Resolved, Scalar } from '../../value.ts';
import type { Abstract, ScalarValue } from './abstract.ts';
import { alternativesOf } from './make.ts';

/** What a value comes to as the setting of an option. Text goes through `shown`, which hides secrets. */
export function resolvedOf(value: Abstract, shown: (value: Scalar) => Scalar = (plain) => plain): Resolved {
  const alternatives = alternativesOf(value);
  const known = alternatives.filter((one): one is ScalarValue => one.kind === 'scalar');
  const values = known.flatMap(({ value: plain, origins }): KnownValue[] =>
    plain === undefined ? [] : [{ kind: 'known', value: shown(plain), origins }],
  );
  const [first, ...others] = values;
  if (values.length === alternatives.length && first) {
    return others.length === 0
      ? first
      : { kind: 'unknown', why: 'several values are possible', origins: [], candidates: values };
  }
  const hidden = alternatives.find((one) => one.kind === 'unknown');
  if (hidden) return { kind: 'unknown', why: hidden.why, origins: hidden.origins };
  if (values.length > 0) return { kind: 'unknown', why: 'it is not given in every case', origins: [] };
  return { kind: 'unknown', why: whatItIs(alternatives[0]), origins: [] };
}

function whatItIs(value: Abstract | undefined): string {
  switch (value?.kind) {
    case 'function':
      return 'it is a function';
    case 'list':
      return 'it is a list';
    case 'object':
    case 'instance':
      return 'it is an object';
    default:
      return 'it is no plain value';
  }
}
