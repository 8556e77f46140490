import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import { type ReportFormat, reportWriter } from '../../cli/output.ts';
import { watchView } from '../../views/watch/summary.ts';
import { summaryLines } from '../../views/watch/summary-lines.ts';
import type { WatchState } from '../../watch/state.ts';
import { watchSummarySchema, watchWarnings } from '../../watch/summary.ts';
import type { Watching } from '../../watch/watch-targets.ts';
import { type WatchFormat, watchOutputFlags } from './flags.ts';
import type { Presenter, PresenterInput } from './presenter-shape.ts';
import { lineSink, lineWriter, ndjsonWriter } from './stream.ts';

/** Checks what the format asks for, and gives what begins to show. */
export async function presenterFor(
  format: WatchFormat,
  input: PresenterInput,
): Promise<(watching: Watching) => Presenter | Promise<Presenter>> {
  switch (format) {
    case 'lines':
    case 'ndjson':
      return linePresenter(format, input);
    case 'table':
    case 'json':
    case 'markdown':
      return reportPresenter(format, input);
    case 'screen': {
      const { screenPresenter } = await import('./screen-presenter.ts');
      return screenPresenter(input);
    }
    default:
      return format satisfies never;
  }
}

function reportPresenter(format: ReportFormat, { read, io, warnings }: PresenterInput) {
  const write = reportWriter(read, io, { chosen: format });
  return (): Presenter => ({
    stop() {},
    end(summary, unseen) {
      const all = [...warnings, ...unseen];
      return write({
        schema: watchSummarySchema,
        result: summary,
        warnings: all,
        view: () => ({ ...watchView(summary), warnings: all }),
      });
    },
  });
}

function linePresenter(format: 'lines' | 'ndjson', { read, io, grouping, warnings }: PresenterInput) {
  const sink = lineSink(read(watchOutputFlags.output)?.value, io);
  const show = format === 'lines' ? lineWriter(sink) : ndjsonWriter(sink, grouping);
  return (watching: Watching): Presenter => {
    const warn = warnOnce(io);
    warn(warnings);
    const stopShowing = watching.onChange((state: WatchState) => {
      warn(watchWarnings(state));
      show(state);
    });
    return {
      stop: stopShowing,
      end(summary) {
        sink.close();
        io.stderr.write(
          summaryLines(summary)
            .map((line) => `${line}\n`)
            .join(''),
        );
      },
    };
  };
}

/** Each warning once, however often it is found. */
function warnOnce({ stderr }: Io): (warnings: readonly Warning[]) => void {
  const said = new Set<string>();
  return (warnings) => {
    for (const { code, message, hint } of warnings) {
      // How many there are changes from look to look.
      const what = message.replace(/\([\d,]+ now\)/, '');
      if (said.has(what)) continue;
      said.add(what);
      stderr.write(`warning[${code}]: ${message}\n${hint === undefined ? '' : `  hint: ${hint}\n`}`);
    }
  };
}
