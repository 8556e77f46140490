import { cleanLine } from './clean.ts';
import { type ExitCode, PoolctlError } from './errors.ts';
import { redact } from './redact.ts';
import { packageVersion } from './version.ts';

/**
 * Takes errors that are thrown where nobody can catch them: in a driver's callback, in a timer, in a promise. They would end
 * the process at once, and leave sessions and statements on a server. The signal's reason is the first one.
 */
export function watchForCrash(): AbortSignal {
  const crash = new AbortController();
  process.on('uncaughtException', (error) => crash.abort(error));
  return crash.signal;
}

/** Rejects with the error that nobody caught, when the work has had `graceMs` to clean up and hand over what it has. */
export function lateAfter(crashed: AbortSignal, graceMs: number): { readonly late: Promise<never>; stop(): void } {
  let grace: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const wait = () => {
      grace = setTimeout(() => reject(crashed.reason), graceMs);
    };
    if (crashed.aborted) wait();
    else crashed.addEventListener('abort', wait, { once: true });
  });
  late.catch(() => {});
  return { late, stop: () => clearTimeout(grace) };
}

/** One line and a hint, without a stack: what was measured and cleaned up is told above. */
export function reportBug(error: unknown, { stderr }: { readonly stderr: { write(text: string): unknown } }): ExitCode {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = placeIn(error);
  stderr.write(
    `bug: poolctl ${packageVersion()} on Node ${process.version} (${process.platform} ${process.arch}) hit an unexpected error: ${cleanLine(redact(what))}\n` +
      `  hint: please report this line with the command line that led to it${place === undefined ? '' : `; it was thrown at ${place}`}.\n`,
  );
  return 4;
}

/** `size/size.js:20:5`: the innermost call that is poolctl's own. */
function placeIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof PoolctlError) return undefined;
  const frame = /[\\/](?:dist|src)[\\/]([\w./\\-]+\.[jt]s:\d+:\d+)/.exec(error.stack ?? '');
  return frame?.[1];
}
