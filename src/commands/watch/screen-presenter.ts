import { stopSignal } from '../../base/io.ts';
import { isColorful } from '../../render/style.ts';
import { summaryLines } from '../../views/watch/summary-lines.ts';
import type { Watching } from '../../watch/watch-targets.ts';
import { watchOutputFlags } from './flags.ts';
import type { Presenter, PresenterInput } from './presenter-shape.ts';
import { showLive } from './terminal.ts';

/** The live screen while it lasts, and a line for each target when the terminal is the user's again. */
export function screenPresenter({ read, io, warnings }: PresenterInput): (watching: Watching) => Presenter {
  const color = isColorful(read(watchOutputFlags.color).value, io.env, io.stdout);
  return (watching) => {
    const terminal = io.terminal?.();
    if (!terminal) throw new Error('the live screen needs a terminal');
    for (const { code, message } of warnings) io.stderr.write(`warning[${code}]: ${message}\n`);
    const end = new AbortController();
    const stop = AbortSignal.any([stopSignal(io), end.signal]);
    const quit = showLive(watching, { terminal, color, stop, now: io.now, wallMs: Date.now });
    return {
      quit,
      async stop() {
        end.abort();
        await quit;
      },
      end(summary) {
        for (const line of summaryLines(summary)) io.stderr.write(`${line}\n`);
      },
    };
  };
}
