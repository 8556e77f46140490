import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type WatchFormat, watchFlags, watchOutputFlags } from './flags.ts';

/** How the user wants to see it: the live screen on a terminal, lines elsewhere, a table after one look. */
export function readFormat(read: ReadOption, io: Io): WatchFormat {
  const isJson = read(watchOutputFlags.json);
  const given = read(watchOutputFlags.format);
  const file = read(watchOutputFlags.output)?.value;
  const isFile = file !== undefined && file !== '-';
  if (isJson && given?.source === '--format' && given.value !== 'json') {
    throw new PoolctlError('INPUT_CONTRADICTION', `--json and --format ${given.value} cannot both be given.`, {
      hint: '--json is short for --format json. One line for each look is --format ndjson.',
    });
  }
  const format = isJson ? 'json' : (given?.value ?? usualFormat(read, io, file));
  if (format !== 'screen') return format;
  if (isFile) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'The live screen cannot be written to a file.', {
      hint: `Write --format lines or --format ndjson with -o ${file}.`,
    });
  }
  if (read(watchFlags.once)) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--once and --format screen cannot both be given.', {
      hint: 'Leave --format out: one look is printed as a table.',
    });
  }
  if (isTerminal(io)) return format;
  throw new PoolctlError('VALUE_INVALID', '--format screen needs a terminal for input and output.', {
    hint: 'Write --format lines.',
  });
}

function usualFormat(read: ReadOption, io: Io, file: string | undefined): WatchFormat {
  if (file?.endsWith('.ndjson')) return 'ndjson';
  if (file?.endsWith('.json')) return 'json';
  if (read(watchFlags.once)) return 'table';
  return (file === undefined || file === '-') && isTerminal(io) ? 'screen' : 'lines';
}

function isTerminal({ stdout, stdin, env }: Io): boolean {
  return stdout.isTTY === true && stdin.isTTY === true && env['TERM'] !== 'dumb';
}
