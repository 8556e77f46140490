import { writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { View } from '../render/view.ts';
import { aText, aWord, flagGroup } from './flag.ts';
import { jsonOf } from './json-of.ts';
import type { ReadOption } from './options.ts';
import { quietFlags } from './quiet.ts';
import type { Report } from './report.ts';
import type { ReservedOutput } from './reserve.ts';

export const outputFormats = ['table', 'json', 'markdown'] as const;
export type { Report } from './report.ts';

const formatsWithHtml = [...outputFormats, 'html'] as const;
export type ReportFormat = (typeof formatsWithHtml)[number];
export const colorModes = ['auto', 'always', 'never'] as const;

export interface OutputOptions {
  /** The command's reports have `html`, and `-o report.html` chooses it. */
  readonly html?: boolean;
  /** The file of -o, reserved before the work. */
  readonly reserved?: ReservedOutput | undefined;
  /** Chosen by a --format of the command's own. */
  readonly chosen?: ReportFormat;
}

const common = {
  output: { short: 'o', takes: aText('<file>', 'report.json', 'files'), help: 'write to a file instead of stdout' },
  color: {
    takes: aWord('<when>', colorModes),
    default: 'auto',
    help: `${colorModes.join(', ')} (auto: on a terminal, unless NO_COLOR is set)`,
  },
} as const;

/** Flags of every command that reports. */
export const outputFlags = flagGroup('Output:', {
  json: { help: 'the same as --format json' },
  format: {
    takes: aWord<ReportFormat>('<format>', outputFormats),
    help: `${outputFormats.join(', ')}; tables may change, JSON is stable`,
  },
  ...common,
});

/** The same, of commands whose reports have `html`. */
export const htmlOutputFlags = flagGroup('Output:', {
  json: outputFlags.json,
  format: { takes: aWord<ReportFormat>('<format>', formatsWithHtml), help: formatsWithHtml.join(', ') },
  output: { ...common.output, help: `${common.output.help}; .html chooses that format` },
  color: common.color,
});

/** Checks the output flags, and returns how to write a report by them. Call it before the work, so that mistakes show first. */
export function reportWriter(
  read: ReadOption,
  io: Io,
  { html = false, reserved, chosen: own }: OutputOptions = {},
): (report: Report) => Promise<void> {
  const asJson = read(outputFlags.json);
  const chosen = own ? { value: own, source: '--format' } : read((html ? htmlOutputFlags : outputFlags).format);
  if (asJson && chosen?.source === '--format' && chosen.value !== 'json') {
    throw new PoolctlError('INPUT_CONTRADICTION', `--json and --format ${chosen.value} cannot both be given.`, {
      hint: '--json is short for --format json.',
    });
  }
  const colorMode = read(outputFlags.color).value;
  const file = read(outputFlags.output)?.value;
  const byName = html && /^\.html?$/i.test(extname(file ?? '')) ? 'html' : 'table';
  const format = asJson ? 'json' : (chosen?.value ?? byName);
  const isQuiet = read(quietFlags.quiet);
  return async (report) => {
    const stream = file === undefined || file === '-' ? io.stdout : undefined;
    const { isColorful } = await import('../render/style.ts');
    const color = isColorful(colorMode, io.env, stream);
    const text = await render(report, format, { color, columns: stream?.columns, isQuiet });
    if (stream) stream.write(text);
    else if (reserved) await writeReserved(reserved, file ?? '', text, io);
    else await writeResult(file ?? '', text, io);
  };
}

/** Whether a document is what a program reads from stdout: an error's document must not follow it, its warnings tell. */
export function isDocumentOnStdout(read: ReadOption): boolean {
  const isJson = read(outputFlags.json) || read(htmlOutputFlags.format)?.value === 'json';
  return isJson && (read(outputFlags.output)?.value ?? '-') === '-';
}

interface Screen {
  readonly color: boolean;
  readonly columns: number | undefined;
  readonly isQuiet: boolean;
}

async function render(report: Report, format: ReportFormat, screen: Screen) {
  switch (format) {
    case 'json': {
      return jsonOf(report);
    }
    case 'markdown':
      if (report.markdown) return report.markdown();
      return (await import('../render/markdown.ts')).renderMarkdown(await cleanViewOf(report, format, screen));
    case 'table':
      return (await import('../render/terminal.ts')).renderTerminal(await cleanViewOf(report, format, screen), screen);
    case 'html':
      return (await report.html?.()) ?? '';
    default:
      return format satisfies never;
  }
}

async function cleanViewOf(report: Report, format: 'table' | 'markdown', { isQuiet }: Screen): Promise<View> {
  const view = (await import('../render/clean-view.ts')).cleanView(report.view(format));
  return isQuiet ? { ...view, warnings: [] } : view;
}

/** Writes a result to a file that the user named. @throws PoolctlError OUTPUT_UNWRITABLE */
export async function writeResult(name: string, text: string, io: Io): Promise<void> {
  try {
    writeFileSync(resolve(io.cwd, name), text);
  } catch (cause) {
    throw (await import('./reserve.ts')).unwritable(name, cause);
  }
}

/** What took minutes to measure is not lost for a disk that has filled up since. */
async function writeReserved(reserved: ReservedOutput, name: string, text: string, io: Io): Promise<void> {
  try {
    reserved.write(text);
  } catch (cause) {
    io.stdout.write(text);
    throw (await import('./reserve.ts')).unwritable(name, cause, ' It was printed instead.');
  }
}
