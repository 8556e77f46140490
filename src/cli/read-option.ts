import { type Flag, type ManyRow, type Sourced, type SwitchRow, type ValueRow, variableOf } from './flag.ts';

/** Reads a flag, or its environment variable where it has a value, and puts the text through the parser of its row. */
export interface ReadOption {
  (flag: Flag<SwitchRow>): boolean;
  <T>(flag: Flag<ManyRow<T>>): readonly Sourced<T>[];
  <T>(flag: Flag<ValueRow<T> & { readonly default: string }>): Sourced<T>;
  <T>(flag: Flag<ValueRow<T>>): Sourced<T> | undefined;
}

/** What stands for a flag before it is read: `true` for one that is given without a value, `false` for `--no-…`. */
export type GivenValue = string | boolean | readonly string[] | undefined;

/** A reader of what `given` has under a flag's name (`false` of `no-x` stands under `x`), then of the environment, then of poolctl.yaml. */
export function readerOf(
  given: (flag: string) => GivenValue,
  env: Readonly<Record<string, string | undefined>>,
  defaults?: ReadonlyMap<string, Sourced<string>>,
): ReadOption {
  const read = (row: Flag) => {
    const { flag } = row;
    if (!row.takes) return flag.startsWith('no-') ? given(flag.slice(3)) === false : given(flag) === true;
    const { parse } = row.takes;
    const source = `--${flag}`;
    const variable = variableOf(flag);
    const value = given(flag);
    const set = env[variable] || undefined;
    if ('isRepeatable' in row) {
      if (Array.isArray(value)) return value.map((one: string) => ({ value: parse(one, source), source }));
      const said = set === undefined ? defaults?.get(flag) : { value: set, source: variable };
      return said === undefined ? [] : [{ value: parse(said.value, said.source), source: said.source }];
    }
    if (typeof value === 'string') return { value: parse(value, source), source };
    if (value === true && 'ifBare' in row) return { value: parse(row.ifBare ?? '', source), source };
    if (set !== undefined) return { value: parse(set, variable), source: variable };
    const said = defaults?.get(flag);
    if (said !== undefined) return { value: parse(said.value, said.source), source: said.source };
    return row.default === undefined ? undefined : { value: parse(row.default, 'default'), source: 'default' };
  };
  return read as ReadOption;
}
