import { type Command, Option } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';

/** A value and where it came from: `--p95`, `POOLCTL_P95`, `profile large: headroom`. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/** Reads the text of a flag or of its environment variable, and puts it through `parse`; undefined when neither is set. */
export type ReadOption = <T>(name: string, parse: (text: string, source: string) => T) => Sourced<T> | undefined;

/**
 * A reader of the command's flags, then of the environment: `--total-tps` is POOLCTL_TOTAL_TPS. The flags themselves are
 * declared without parsers: commander would print a refused value as it stands, and values are parsed in one place.
 */
export function optionReader(command: Command, { env }: Io): ReadOption {
  const flags = command.opts<Record<string, string | undefined>>();
  return (name, parse) => {
    const flag = `--${name}`;
    const variable = variableOf(name);
    const given = flags[camelCase(name)];
    if (given !== undefined) return { value: parse(given, flag), source: flag };
    const set = env[variable];
    return set === undefined || set === '' ? undefined : { value: parse(set, variable), source: variable };
  };
}

/** The name of the environment variable behind a flag. */
export function variableOf(name: string): string {
  return `POOLCTL_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** Of two flags for one thing: the one on the command line before one of the environment; both at once contradict. */
export function oneOf<T>(
  first: Sourced<T> | undefined,
  second: Sourced<T> | undefined,
  why: string,
): Sourced<T> | undefined {
  if (!first || !second) return first ?? second;
  const [isFlag, isOtherFlag] = [first.source.startsWith('--'), second.source.startsWith('--')];
  if (isFlag !== isOtherFlag) return isFlag ? first : second;
  throw new PoolctlError('INPUT_CONTRADICTION', `${first.source} and ${second.source} cannot both be given.`, {
    hint: why,
  });
}

/** A flag whose value must be one of a few words. */
export function parseChoice<const Choice extends string>(choices: readonly Choice[]) {
  return (text: string, source: string): Choice => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not known.`, {
      hint: `Write one of ${choices.join(', ')}.`,
    });
  };
}

/** Declares the flags of a group: `[flags, description]`, in the order of the help. */
export function addOptions(command: Command, group: string, options: readonly (readonly [string, string])[]): void {
  for (const [flags, description] of options) command.addOption(new Option(flags, description).helpGroup(group));
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
