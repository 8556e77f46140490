import { PoolctlError } from './errors.ts';
import { maxCount } from './units.ts';

export function invalid(name: string, value: number, range: string): never {
  throw new PoolctlError('VALUE_INVALID', `${name} is ${value}; it must be ${range}.`, {
    hint: `Give a number ${range}; times are in ms, rates per second, shares from 0 to 1.`,
  });
}

/** Throws VALUE_INVALID unless the value is left out, or finite, above 0 and at most `most`. */
export function positive(name: string, value: number | undefined, most: number): void {
  if (value !== undefined && !(value > 0 && value <= most)) invalid(name, value, `more than 0 and at most ${most}`);
}

export function atLeast(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && !(value >= least && value <= most)) invalid(name, value, `from ${least} to ${most}`);
}

export function whole(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= maxCount)) return;
  invalid(name, value, `a whole number from ${least} to ${maxCount}`);
}
