import type { DriverOptions } from '../profiles/driver.ts';
import type { Concept } from './concepts.ts';

type Option = NonNullable<DriverOptions['options'][Concept]>;

/** An option as a driver's profile describes it, and the kind of setting that it is. */
export interface KnownOption
  extends Pick<
    Option,
    | 'unit'
    | 'type'
    | 'default'
    | 'earlier'
    | 'unset'
    | 'zero'
    | 'unusual'
    | 'range'
    | 'since'
    | 'until'
    | 'perCall'
    | 'wins'
    | 'adds'
    | 'of'
    | 'driver'
    | 'note'
    | 'needs'
  > {
  readonly concept: Concept;
  readonly name: string;
  /** `and`: it belongs to the main option, which does something without it or not. */
  readonly role: 'main' | 'or' | 'and';
}

const expanded = new WeakMap<DriverOptions, readonly KnownOption[]>();

/** All options of a profile. With `inUse`, those for other drivers than that one are left out. */
export function optionsOf(profile: DriverOptions, inUse?: string): readonly KnownOption[] {
  const all = expanded.get(profile) ?? allOf(profile);
  expanded.set(profile, all);
  return inUse === undefined ? all : all.filter(({ driver }) => driver === undefined || driver === inUse);
}

function allOf({ options }: DriverOptions): readonly KnownOption[] {
  return (Object.entries(options) as [Concept, Option | undefined][]).flatMap(([concept, option]) =>
    option?.option === undefined ? [] : expand(concept, { ...option, option: option.option }),
  );
}

function expand(concept: Concept, { or = [], and = [], ...main }: Option & { option: string }): KnownOption[] {
  const { unit, type, zero, unusual, range, needs } = main;
  return [
    { ...main, concept, name: main.option, role: 'main' },
    // The same under another name: what its row does not say is as the main one's says.
    ...or.map(
      (row): KnownOption => ({
        ...{ unit, type, zero, unusual, range, needs: row.driver === undefined ? needs : undefined },
        ...row,
        concept,
        name: row.option,
        role: 'or',
      }),
    ),
    ...and.map((row): KnownOption => ({ ...row, concept, name: row.option, role: 'and' })),
  ];
}
