import type { DeclaredOption } from '../declared-pool.ts';
import type { Resolved } from '../value.ts';
import type { NamedValue } from './expression.ts';
import { limitInOptions, limitInSql, limitOfSession, type WrittenLimit } from './statement-limit.ts';
import type { PythonValues } from './values.ts';

/** Nested deeper than any options are. */
const mostLevels = 5;

/** Keyword arguments and entries, and after each dictionary what is in it, with dots: `kwargs.connect_timeout`. */
export function flattened(given: readonly NamedValue[], values: PythonValues, level = 0): NamedValue[] {
  return given.flatMap((one) => {
    const dict = level < mostLevels ? values.dictOf(one.value) : undefined;
    const inner = dict ? flattened(dict.entries, values, level + 1) : [];
    return [one, ...inner.map((entry) => ({ ...entry, name: `${one.name}.${entry.name}` }))];
  });
}

/** Where text says how long a statement may run: options of libpq, SQL for the start of a session, settings of one. */
const limits: readonly (readonly [RegExp, (text: string) => WrittenLimit | undefined])[] = [
  [/(?:^|\.)options$/i, limitInOptions],
  [/(?:^|\.)init_command$/, limitInSql],
  [/(?:^|\.)server_settings\.statement_timeout$/, limitOfSession],
];

/** Of what `flattened` gives, the options of these names, and the query timeout that is part of a text. */
export function optionsAmong(
  given: readonly NamedValue[],
  names: readonly string[],
  values: PythonValues,
): DeclaredOption[] {
  return given.flatMap((one): DeclaredOption[] => {
    if (names.includes(one.name)) return [declaredOption(one, one.name, values.settingOf(one.value), values)];
    const read = limits.find(([key]) => key.test(one.name))?.[1];
    const value = read && values.of(one.value);
    const limit = value?.kind === 'known' ? read?.(String(value.value)) : undefined;
    return limit && value
      ? [declaredOption(one, limit.name, { ...value, value: limit.value } as Resolved, values)]
      : [];
  });
}

export function declaredOption(
  { nameAt, value: { end } }: NamedValue,
  name: string,
  value: Resolved,
  values: PythonValues,
): DeclaredOption {
  return { name, value, place: values.spanOf({ start: nameAt.start, end }), keyPlace: values.spanOf(nameAt) };
}
