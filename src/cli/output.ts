import { writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { packageVersion } from '../base/version.ts';
import type { Warning } from '../base/warning.ts';
import type { View } from '../render/view.ts';
import { addOptions, parseChoice, type ReadOption } from './options.ts';
import { type ReservedOutput, unwritable } from './reserve.ts';

export const outputFormats = ['table', 'json', 'markdown'] as const;
const formatsWithHtml = [...outputFormats, 'html'] as const;
type Format = (typeof formatsWithHtml)[number];
export const colorModes = ['auto', 'always', 'never'] as const;

/** What a command found: for programs (`result` under a versioned schema) and for readers (`view`, made only when needed). */
export interface Report {
  readonly schema: string;
  readonly result: unknown;
  readonly warnings?: readonly Warning[];
  view(): View;
  /** One file that opens offline; only of commands that say so. */
  html?(): string | Promise<string>;
}

export interface OutputOptions {
  /** The command's reports have `html`, and `-o report.html` chooses it. */
  readonly html?: boolean;
  /** The file of -o, reserved before the work. */
  readonly reserved?: ReservedOutput | undefined;
}

export function addOutputOptions(command: Command, { html = false }: OutputOptions = {}): void {
  const names = html ? formatsWithHtml : outputFormats;
  addOptions(command, 'Output:', [
    ['--json', 'the same as --format json'],
    ['--format <format>', `${names.join(', ')}${html ? '' : '; tables may change, JSON is stable'}`],
    ['-o, --output <file>', `write to a file instead of stdout${html ? '; .html chooses that format' : ''}`],
    ['--color <when>', `${colorModes.join(', ')} (auto: on a terminal, unless NO_COLOR is set)`],
  ]);
}

/** Checks the output flags, and returns how to write a report by them. Call it before the work, so that mistakes show first. */
export function reportWriter(
  command: Command,
  read: ReadOption,
  io: Io,
  { html = false, reserved }: OutputOptions = {},
): (report: Report) => Promise<void> {
  const asJson = command.opts<{ json?: boolean }>().json === true;
  const chosen = read('format', parseChoice<Format>(html ? formatsWithHtml : outputFormats));
  if (asJson && chosen?.source === '--format' && chosen.value !== 'json') {
    throw new PoolctlError('INPUT_CONTRADICTION', `--json and --format ${chosen.value} cannot both be given.`, {
      hint: '--json is short for --format json.',
    });
  }
  const colorMode = read('color', parseChoice(colorModes))?.value ?? 'auto';
  const file = read('output', (path) => path)?.value;
  const byName = html && /^\.html?$/i.test(extname(file ?? '')) ? 'html' : 'table';
  const format = asJson ? 'json' : (chosen?.value ?? byName);
  return async (report) => {
    const stream = file === undefined || file === '-' ? io.stdout : undefined;
    const { isColorful } = await import('../render/style.ts');
    const color = isColorful(colorMode, io.env, stream);
    const text = await render(report, format, { color, columns: stream?.columns });
    if (stream) stream.write(text);
    else if (reserved) writeReserved(reserved, file ?? '', text, io);
    else writeFile(resolve(io.cwd, file ?? ''), file ?? '', text);
  };
}

async function render(report: Report, format: Format, screen: { color: boolean; columns: number | undefined }) {
  switch (format) {
    case 'json': {
      return jsonOf(report);
    }
    case 'markdown':
      return (await import('../render/markdown.ts')).renderMarkdown(report.view());
    case 'table':
      return (await import('../render/terminal.ts')).renderTerminal(report.view(), screen);
    case 'html':
      return (await report.html?.()) ?? '';
    default:
      return format satisfies never;
  }
}

export function jsonOf({ schema, result, warnings = [] }: Report): string {
  return `${JSON.stringify({ schema, poolctl: packageVersion(), result, warnings }, withoutInfinity, 2)}\n`;
}

/** A bound that does not exist is a key that is absent; JSON would write null. */
function withoutInfinity(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}

function writeFile(path: string, name: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw unwritable(name, cause);
  }
}

/** What took minutes to measure is not lost for a disk that has filled up since. */
function writeReserved(reserved: ReservedOutput, name: string, text: string, io: Io): void {
  try {
    reserved.write(text);
  } catch (cause) {
    io.stdout.write(text);
    throw unwritable(name, cause, ' It was printed instead.');
  }
}
