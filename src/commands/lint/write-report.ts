import { writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { unwritable } from '../../cli/reserve.ts';
import type { LintReport } from '../../lint/report.ts';
import { rulePage } from '../../profiles/rule-pages.ts';
import { isColorful } from '../../render/style.ts';
import { lintFormats } from '../../views/lint/index.ts';
import type { FormatChoice } from './flags.ts';
import { lintFlags } from './flags.ts';

/** Writes a report in each format to where it goes. @throws PoolctlError OUTPUT_UNWRITABLE */
export async function writeReport(
  report: LintReport,
  choices: readonly FormatChoice[],
  { root, read, io }: { readonly root: string; readonly read: ReadOption; readonly io: Io },
): Promise<void> {
  const ids = [...new Set(report.findings.map(({ rule }) => rule))];
  const pages = new Map<string, NonNullable<Awaited<ReturnType<typeof rulePage>>>>();
  for (const id of ids) {
    const page = await rulePage(id);
    if (page) pages.set(id, page);
  }
  for (const { name, file } of choices) {
    const render = await lintFormats[name]();
    const stream = file === undefined ? io.stdout : undefined;
    const text = render({
      ...report,
      pages,
      color: isColorful(read(lintFlags.color).value, io.env, stream),
      columns: stream?.columns ?? 80,
      pathOf: (path) => relative(io.cwd, join(root, path)) || path,
    });
    if (stream) stream.write(text);
    else write(file ?? '', text, io);
  }
}

function write(file: string, text: string, { cwd }: Io): void {
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}
