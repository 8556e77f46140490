import type { ExitCode } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { redact } from '../../base/redact.ts';
import { packageVersion } from '../../base/version.ts';

/** How long a probe may take to clean up and hand over what it has, after an error that nobody caught. */
const graceMs = 10_000;

/** An error that was thrown where nobody could catch it: in a driver's callback, in a timer. */
export interface CrashWatch {
  /** Aborted by it; the reason is the error. */
  readonly crashed: AbortSignal;
  /** Rejects with it, when the work has had time to end. */
  readonly late: Promise<never>;
  stop(): void;
}

/** Takes errors that would end the process at once, and leave the load's statements running on the server. */
export function watchForCrash(): CrashWatch {
  const crash = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const onError = (error: unknown) => crash.abort(error);
  process.on('uncaughtException', onError);
  const late = new Promise<never>((_, reject) => {
    crash.signal.addEventListener('abort', () => {
      grace = setTimeout(() => reject(crash.signal.reason), graceMs);
    });
  });
  late.catch(() => {});
  return {
    crashed: crash.signal,
    late,
    stop() {
      clearTimeout(grace);
      process.off('uncaughtException', onError);
    },
  };
}

/** Without a stack: what was measured and cleaned up is told above, and the line is for a report. */
export function reportCrash(error: unknown, { stderr }: Io): ExitCode {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  stderr.write(
    `bug: poolctl ${packageVersion()} on Node ${process.version} (${process.platform} ${process.arch}) hit an unexpected error: ${redact(what)}\n` +
      '  hint: please report this line with the command line that led to it.\n',
  );
  return 4;
}
