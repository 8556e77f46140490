import type { DriverUse } from '../size/driver-facts.ts';
import type { KnownDriver } from './behaviour-of.ts';
import type { DriverProfile } from './driver.ts';
import type { DriverOption } from './driver-option.ts';

/** What is set of a driver's options, by name without a path: connections, a time in ms, or that it is set at all. */
export type OptionsGiven = Readonly<Record<string, number | true>>;

type Idles = NonNullable<DriverUse['idles']>;

/**
 * A driver with these options of its pool: what they prevent or bring about, its minimum, and what it keeps idle. `chain` is
 * the driver and those that it wraps; `given` are the options of a pool with that limit.
 */
export function withOptions(
  known: KnownDriver,
  chain: readonly Pick<DriverProfile, 'options' | 'behaviour'>[],
  given: OptionsGiven,
  connectionLimit: number,
): KnownDriver & Pick<DriverUse, 'optionsSet' | 'setsIdleTimeout'> {
  const optionOf = (concept: 'minIdle' | 'idleTimeout') =>
    chain.map(({ options }) => options[concept]).find((option) => option?.option !== undefined);
  const minIdle = setTo(optionOf('minIdle')?.option, given);
  const idleTimeout = optionOf('idleTimeout');
  const mostIdle = chain
    .map(({ behaviour }) => behaviour?.idles?.mostIdle?.option)
    .find((option) => option !== undefined);
  const idles = known.idles && keepingIdle(known.idles, setTo(mostIdle, given), connectionLimit);
  return {
    ...known,
    optionsSet: namesSet(known, given, minIdle !== undefined && Number(minIdle) > connectionLimit),
    ...(typeof minIdle === 'number' && minIdle >= 0 && { minIdle: minIdle === connectionLimit ? 'limit' : minIdle }),
    ...(idles && { idles: isTurnedOff(idleTimeout, given) ? { ...idles, keeps: 'all' } : idles }),
    ...(isInEffect(idleTimeout, given) && { setsIdleTimeout: true }),
  };
}

/** Of the options that go beyond the limit or prevent it. What keeps a minimum below the limit is what sets it above, too. */
function namesSet({ exceeds = [] }: KnownDriver, given: OptionsGiven, isMinimumAbove: boolean): string[] {
  return exceeds
    .flatMap(({ by, option, prevented }) => (by === 'minimum' && isMinimumAbove ? [option] : [option, prevented]))
    .filter((name) => name !== undefined)
    .filter((name) => setTo(name, given) !== undefined);
}

/** As many as the limit are no bound of their own; neither is a number below 0, which means any. */
function keepingIdle({ mostIdle: usual, ...idles }: Idles, given: number | true | undefined, limit: number): Idles {
  const mostIdle = typeof given === 'number' ? given : usual;
  return mostIdle === undefined || mostIdle < 0 || mostIdle >= limit ? idles : { ...idles, mostIdle };
}

function isTurnedOff(option: DriverOption | undefined, given: OptionsGiven): boolean {
  return setTo(option?.option, given) === 0 && /^(?:never|off)$/.test(option?.zero ?? '');
}

/** Above 0, with all that it does nothing without. */
function isInEffect(option: DriverOption | undefined, given: OptionsGiven): boolean {
  const isSet = (name: string | undefined) => {
    const value = setTo(name, given);
    return value === true || (value !== undefined && value > 0);
  };
  const others = (option?.needs ?? []).filter(({ option: needed }) => needed !== option?.option);
  return isSet(option?.option) && others.every(({ option: needed, or }) => isSet(needed) || isSet(or));
}

/** A profile writes `extra.statement_timeout`, and `max_overflow 0` or `max_execution_time (of SELECT)` where it says more. */
function setTo(name: string | undefined, given: OptionsGiven): number | true | undefined {
  if (name === undefined) return undefined;
  const bare = name.replace(/^(?:[\w-]+\.)+/, '');
  const option = [bare, bare.split(' ')[0] ?? ''].find((one) => Object.hasOwn(given, one));
  return option === undefined ? undefined : given[option];
}
