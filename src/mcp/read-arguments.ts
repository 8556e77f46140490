import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { formatNumber } from '../base/units.ts';
import type { Flag } from '../cli/flag.ts';
import { placeOf } from '../cli/place.ts';
import { leadsInto, type Roots } from './roots.ts';
import type { Call, OpenTool } from './tool.ts';

/** Where a call's paths are read, and what it may be given. */
export interface ReadIn {
  readonly cwd: string;
  readonly roots: Roots;
  readonly maxInput: number;
  /** Flags that name the file of targets, for a tool that takes a target; undefined where there is no such file. */
  readonly targets?: readonly string[] | undefined;
}

/**
 * The command line of a call. Values go through the command's own parsers later; what is looked at here is what they name.
 * @throws PoolctlError VALUE_INVALID, OUTSIDE_ROOTS, DSN_REFUSED, CALL_TOO_LARGE, INPUT_CONTRADICTION
 */
export function readArguments(tool: OpenTool, given: Readonly<Record<string, unknown>>, at: ReadIn): Call {
  const length = JSON.stringify(given).length;
  if (length > at.maxInput) throw tooLarge(`The arguments have ${formatNumber(length)} characters`, at);
  const flags: string[] = [];
  const words: string[] = [];
  let stdin = '';
  for (const [name, value] of Object.entries(given)) {
    const use = tool.arguments?.[name]?.use;
    if (value === undefined || value === null) continue;
    if (use === undefined) {
      const flag = tool.flags.find((candidate) => candidate.flag === name);
      if (!flag) throw unknownArgument(tool, name);
      flags.push(...flagTexts(tool, flag, value, at));
    } else if (use === 'document') {
      if (typeof value !== 'object') throw wrongType(name, 'an object');
      stdin = JSON.stringify(value);
      flags.push('--from=-');
    } else if (use === 'stdin') {
      stdin = textOf(name, value);
      words.push('-');
    } else if (use === 'path') {
      for (const path of [value].flat()) words.push(pathOf(name, path, at));
    } else if (use === 'variable') words.push(`env:${variableOf(name, value)}`);
    else if (use === 'target') {
      if (!at.targets) throw noTargets();
      flags.push(...at.targets);
      words.push(noDsn(name, textOf(name, value)));
    } else words.push(use === 'message' ? textOf(name, value) : noDsn(name, textOf(name, value)));
  }
  refuseTwoOf(tool, given);
  return { argv: [tool.command, ...flags, '--json', '--', ...words], stdin };
}

function flagTexts(tool: OpenTool, row: Flag, value: unknown, at: ReadIn): string[] {
  const { flag, takes } = row;
  if (!takes) {
    if (typeof value !== 'boolean') throw wrongType(flag, 'true or false');
    return value ? [`--${flag}`] : [];
  }
  const isMany = 'isRepeatable' in row;
  if (Array.isArray(value) && !isMany && !takes.isList) throw wrongType(flag, 'one value');
  const texts = [value].flat().map((one) => {
    const text = typeof one === 'number' ? String(one) : noDsn(flag, textOf(flag, one));
    if (takes.offers === 'files' || tool.maybeFiles?.includes(flag))
      checkPlace(flag, text, takes.offers === 'files', at);
    return text;
  });
  return isMany ? texts.map((text) => `--${flag}=${text}`) : [`--${flag}=${texts.join(',')}`];
}

/** A file is inside the roots; a server is not asked. */
function checkPlace(name: string, text: string, isFile: boolean, at: ReadIn): void {
  const place = placeOf(text, at);
  if (place === 'env' || place === 'dsn') throw dsnRefused(name);
  if (isFile || place === 'file' || place === 'stdin') pathOf(name, text, at);
}

function pathOf(name: string, value: unknown, at: ReadIn): string {
  const text = noDsn(name, textOf(name, value));
  if (text === '-') {
    throw new PoolctlError('VALUE_INVALID', `${name}: there is no standard input.`, { hint: 'Name a file.' });
  }
  const path = resolve(at.cwd, text);
  if (!leadsInto(path, at.roots)) throw outside(name, text, at);
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts && !facts.isFile() && !facts.isDirectory()) {
    throw new PoolctlError('INPUT_UNREADABLE', `${name}: ${text} is neither a file nor a folder.`);
  }
  if (facts?.isFile() && facts.size > at.maxInput) throw tooLarge(`${text} has ${formatNumber(facts.size)} bytes`, at);
  return text;
}

function outside(name: string, text: string, { roots }: ReadIn): PoolctlError {
  return new PoolctlError('OUTSIDE_ROOTS', `${name}: ${text} is outside of the folders that may be read.`, {
    hint: `These are ${roots.join(', ') || 'none: the client allows no folder of this server'}. Links are followed before this is decided.`,
  });
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw wrongType(name, 'a text');
}

function variableOf(name: string, value: unknown): string {
  const text = noDsn(name, textOf(name, value));
  if (/^[A-Za-z_]\w*$/.test(text)) return text;
  throw new PoolctlError('VALUE_INVALID', `${name} is not the name of an environment variable.`, {
    hint: 'Write a name such as DATABASE_URL.',
  });
}

/** The text is not quoted: it may hold a password. */
function noDsn(name: string, text: string): string {
  if (/:\/\/|^[^\s/]+@[^\s/]+|\b(?:password|pwd)\s*=/i.test(text)) throw dsnRefused(name);
  return text;
}

function dsnRefused(name: string): PoolctlError {
  return new PoolctlError('DSN_REFUSED', `${name} is a DSN, or leads to a server; no tool takes one.`, {
    hint: 'Put the DSN into an environment variable of `poolctl mcp` or into its file of --targets, and give `inspect` the name.',
  });
}

function noTargets(): PoolctlError {
  return new PoolctlError('INPUT_MISSING', 'There is no file of targets.', {
    hint: 'Start `poolctl mcp --targets FILE`, or name an environment variable in `env`.',
  });
}

function wrongType(name: string, what: string): PoolctlError {
  return new PoolctlError('VALUE_INVALID', `${name} must be ${what}.`);
}

function tooLarge(what: string, { maxInput }: ReadIn): PoolctlError {
  return new PoolctlError('CALL_TOO_LARGE', `${what}; ${formatNumber(maxInput)} may be given.`, {
    hint: 'Give less, or start `poolctl mcp` with a larger --max-input.',
  });
}

function unknownArgument({ name: tool, flags, arguments: args = {} }: OpenTool, name: string): PoolctlError {
  const names = [...Object.keys(args), ...flags.map(({ flag }) => flag)];
  return new PoolctlError('VALUE_INVALID', `${tool} has no argument "${name}".${didYouMean(name, names)}`, {
    hint: 'The input schema of the tool has all names.',
  });
}

/** Files or a text, a variable or a target. */
function refuseTwoOf({ arguments: args = {} }: OpenTool, given: Readonly<Record<string, unknown>>): void {
  const wheres = Object.entries(args).filter(
    ([name, { use }]) => use !== 'word' && use !== 'document' && given[name] != null,
  );
  const [first, second] = wheres.map(([name]) => name);
  if (first === undefined || second === undefined) return;
  throw new PoolctlError('INPUT_CONTRADICTION', `${first} and ${second} cannot both be given.`, {
    hint: 'Leave one of them out.',
  });
}
