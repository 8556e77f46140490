import { type Command, Option } from 'commander';
import type { Io } from '../base/io.ts';
import type { Flag, FlagRow } from './flag.ts';
import { quietFlags } from './quiet.ts';
import { type GivenValue, type ReadOption, readerOf } from './read-option.ts';

export type { ReadOption } from './read-option.ts';

/** What a command says of itself in its help; the flags stand in it in the order of their rows. */
export interface Manual {
  readonly usage: string;
  readonly arguments?: readonly (readonly [name: string, what: string])[];
  readonly flags?: Readonly<Record<string, Flag>>;
  /** Above the examples. */
  readonly remark?: string;
  readonly examples: readonly string[];
}

/** Declares a command: its arguments, flags and help. */
export function declare(command: Command, { usage, arguments: args = [], flags = {}, remark, examples }: Manual): void {
  command.usage(usage);
  for (const [name, what] of args) command.argument(name, what);
  addFlags(command, { ...flags, ...quietFlags });
  const lines = [
    '',
    ...(remark === undefined ? [] : [remark, '']),
    'Examples:',
    ...examples.map((line) => `  ${line}`),
  ];
  command.addHelpText('after', lines.join('\n'));
}

/** Gives a command the flags of these rows. */
export function addFlags(command: Command, flags: Readonly<Record<string, Flag>>): void {
  for (const flag of Object.values(flags)) command.addOption(new FlagOption(flag));
}

/**
 * An option that knows its row. Its parser only gathers repeated values: commander would print a refused value as it stands,
 * and values are parsed in one place.
 */
class FlagOption extends Option {
  readonly row: Flag;

  constructor(row: Flag) {
    const { flag, group, help, short } = row;
    super(`${short === undefined ? '' : `-${short}, `}--${flag}${placeholderOf(row)}`, help);
    this.row = row;
    this.helpGroup(group);
    if ('isRepeatable' in row) this.argParser((value: string, before: string[] = []) => [...before, value]);
  }
}

function placeholderOf(row: FlagRow): string {
  if (!row.takes) return '';
  const { placeholder } = row.takes;
  return ` ${'ifBare' in row ? `[${placeholder.slice(1, -1)}]` : placeholder}`;
}

/** The rows of a command's options; undefined for an option that comes from none. */
export function rowsOf(command: Command): (Flag | undefined)[] {
  return command.options.map((option) => (option instanceof FlagOption ? option.row : undefined));
}

/** A reader of the command's flags, then of the environment, then of poolctl.yaml. */
export function optionReader(command: Command, { env, defaults }: Io): ReadOption {
  const given = command.opts<Record<string, GivenValue>>();
  return readerOf((flag) => given[camelCase(flag)], env, defaults);
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
