import { withoutUndefined } from '../base/without-undefined.ts';

/** A number with its meaning, as shown by --explain and carried in JSON. */
export interface Quantity {
  readonly label: string;
  readonly value: number;
  readonly unit: Unit;
  /** Where the number came from: a flag, an environment variable, a profile file and key, `default`. */
  readonly source?: string;
}

/** The unit of a quantity. */
export type Unit =
  | 'perSecond'
  | 'ms'
  | 'connections'
  | 'ratio'
  | 'bytes'
  | 'instances'
  | 'processes'
  | 'requests'
  | 'cores'
  | 'spindles'
  | 'roundTrips'
  | 'logins';

/** One step of the calculation: what went in, by which rule, what came out. */
export interface Step {
  readonly label: string;
  readonly formula: string;
  readonly inputs: readonly Quantity[];
  readonly result: Quantity;
  /** The book, paper, page or repository that the rule comes from. */
  readonly source: string;
}

export function quantity(label: string, value: number, unit: Unit, source?: string): Quantity {
  return { label, value, unit, ...withoutUndefined({ source }) };
}
