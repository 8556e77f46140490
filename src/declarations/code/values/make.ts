import type { Origin, Scalar } from '../../value.ts';
import type { Abstract, EitherValue, ScalarValue, UnknownAbstract } from './abstract.ts';

export function scalar(value: Scalar | undefined, ...origins: readonly Origin[]): ScalarValue {
  return { kind: 'scalar', value, origins };
}

export function unresolved(
  why: string,
  more: Partial<Pick<UnknownAbstract, 'origins' | 'missing' | 'package'>> = {},
): UnknownAbstract {
  return { kind: 'unknown', why, origins: [], ...more };
}

/** More alternatives than this say nothing any more. */
const mostAlternatives = 12;

/** One of these values; the same value twice is one. */
export function either(values: readonly Abstract[]): Abstract {
  const flat = new Map<unknown, Exclude<Abstract, EitherValue>>();
  for (const value of values.flatMap((value) => alternativesOf(value))) {
    const key =
      value.kind === 'scalar'
        ? JSON.stringify(value.value)
        : value.kind === 'unknown' && !value.missing
          ? `? ${value.package}`
          : value;
    if (!flat.has(key)) flat.set(key, value);
  }
  const [first, ...others] = flat.values();
  if (first === undefined) return scalar(undefined);
  if (others.length === 0) return first;
  return flat.size > mostAlternatives
    ? unresolved('too many values are possible')
    : { kind: 'either', values: [first, ...others] };
}

export function alternativesOf(value: Abstract): readonly Exclude<Abstract, EitherValue>[] {
  return value.kind === 'either' ? value.values : [value];
}

/** Applies a function to each alternative. */
export function each(value: Abstract, change: (value: Exclude<Abstract, EitherValue>) => Abstract): Abstract {
  return value.kind === 'either' ? either(value.values.map(change)) : change(value);
}

/** The value with a station more in front of its origins. */
export function through(value: Abstract, origin: Origin): Abstract {
  return each(value, (one) =>
    one.kind === 'scalar' || one.kind === 'unknown' ? { ...one, origins: [origin, ...one.origins] } : one,
  );
}

/** What is true of it in a condition; undefined where that cannot be known. */
export function truthOf(value: Abstract): boolean | undefined {
  if (value.kind === 'scalar') return Boolean(value.value);
  if (value.kind === 'unknown') return value.missing && Boolean(value.missing.value);
  if (value.kind === 'either') {
    const [first, ...others] = value.values.map(truthOf);
    return others.every((other) => other === first) ? first : undefined;
  }
  return true;
}

/** The first alternative of a kind. */
export function firstOfKind<const Kind extends Abstract['kind']>(
  value: Abstract,
  kind: Kind,
): Extract<Abstract, { kind: Kind }> | undefined {
  return alternativesOf(value).find((one): one is Extract<Abstract, { kind: Kind }> & typeof one => one.kind === kind);
}

/** Whether it is a text for sure: a known one, one with gaps, or a variable of the environment. */
export function isText(value: Abstract): boolean {
  if (value.kind === 'scalar') return typeof value.value === 'string';
  return value.kind === 'unknown' && (value.missing !== undefined || value.partial !== undefined);
}
