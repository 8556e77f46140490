import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Warning } from '../core/steps.ts';
import { PoolctlError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { View } from '../report/view.ts';
import { packageVersion } from '../version.ts';
import { addOptions, parseChoice, type ReadOption } from './options.ts';

export const formats = ['table', 'json', 'markdown'] as const;
export const colorModes = ['auto', 'always', 'never'] as const;

/** What a command found: for programs (`result` under a versioned schema) and for readers (`view`, made only when needed). */
export interface Report {
  readonly schema: string;
  readonly result: unknown;
  readonly warnings?: readonly Warning[];
  view(): View;
}

export function addOutputOptions(command: Command): void {
  addOptions(command, 'Output:', [
    ['--json', 'the same as --format json'],
    ['--format <format>', `${formats.join(', ')}; tables may change, JSON is stable`],
    ['-o, --output <file>', 'write to a file instead of stdout'],
    ['--color <when>', `${colorModes.join(', ')} (auto: on a terminal, unless NO_COLOR is set)`],
  ]);
}

/** Checks the output flags, and returns how to write a report by them. Call it before the work, so that mistakes show first. */
export function reportWriter(command: Command, read: ReadOption, io: Io): (report: Report) => Promise<void> {
  const asJson = command.opts<{ json?: boolean }>().json === true;
  const chosen = read('format', parseChoice(formats));
  if (asJson && chosen?.source === '--format' && chosen.value !== 'json') {
    throw new PoolctlError('INPUT_CONTRADICTION', `--json and --format ${chosen.value} cannot both be given.`, {
      hint: '--json is short for --format json.',
    });
  }
  const format = asJson ? 'json' : (chosen?.value ?? 'table');
  const colorMode = read('color', parseChoice(colorModes))?.value ?? 'auto';
  const file = read('output', (path) => path)?.value;
  return async (report) => {
    const stream = file === undefined || file === '-' ? io.stdout : undefined;
    const { isColorful } = await import('../report/style.ts');
    const color = isColorful(colorMode, io.env, stream);
    const text = await render(report, format, { color, columns: stream?.columns });
    if (stream) stream.write(text);
    else writeFile(resolve(io.cwd, file ?? ''), file ?? '', text);
  };
}

async function render(
  report: Report,
  format: (typeof formats)[number],
  screen: { color: boolean; columns: number | undefined },
) {
  switch (format) {
    case 'json': {
      const { schema, result, warnings = [] } = report;
      return `${JSON.stringify({ schema, poolctl: packageVersion(), result, warnings }, withoutInfinity, 2)}\n`;
    }
    case 'markdown':
      return (await import('../report/formats/markdown.ts')).renderMarkdown(report.view());
    case 'table':
      return (await import('../report/formats/terminal.ts')).renderTerminal(report.view(), screen);
    default:
      return format satisfies never;
  }
}

/** A bound that does not exist is a key that is absent; JSON would write null. */
function withoutInfinity(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}

function writeFile(path: string, name: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new PoolctlError('OUTPUT_UNWRITABLE', `Cannot write the result to ${name} (${code}).`, {
      hint: 'Name a file in a folder that exists and that you may write to, or leave -o out.',
      cause,
    });
  }
}
