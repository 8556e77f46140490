import { watchForCrash } from './crash.ts';
import { errorCodes } from './errors.ts';
import { type LiveTerminal, liveTerminal } from './live-terminal.ts';
import { watchEventLoop } from './watchdog.ts';

/** What the program may touch of the process it runs in. Tests pass their own; `processIo()` is the real one. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** What --quiet does not silence: why a command refuses, and what it asks. The same as stderr where left out. */
  readonly errors?: OutputStream;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined };
  /** The terminal, where both keys and what is shown go through one. */
  terminal?(): LiveTerminal | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** What poolctl.yaml says for flags that neither the command line nor the environment has, by flag. */
  readonly defaults?: ReadonlyMap<string, { readonly value: string; readonly source: string }> | undefined;
  /** Milliseconds since some moment; for progress only, never for results. */
  now(): number;
  /** Aborted on SIGHUP, SIGINT or SIGTERM; its reason is the exit code, 129, 130 or 143. */
  readonly interrupted: AbortSignal;
  /** Aborted by an error that nobody caught, which is its reason. */
  readonly crashed?: AbortSignal;
  /** Watches the event loop while a server is asked, whose answers may take so long; returns what ends the watch. */
  watchLoop?(timeoutMs: number): () => void;
}

/** What ends a conversation with a server early. */
export function stopSignal({ interrupted, crashed }: Io): AbortSignal {
  return crashed ? AbortSignal.any([interrupted, crashed]) : interrupted;
}

export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** How long those who read what was written may take to take it. */
const handOverMs = 2_000;

/**
 * Ends the process after an interruption or an error that nobody caught: what is still open then, such as standard input,
 * would keep it.
 */
export function endIfCutShort({ interrupted, crashed }: Io): void {
  if (!interrupted.aborted && !crashed?.aborted) return;
  setTimeout(() => process.exit(), handOverMs).unref();
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

/** Whether a URL in it has a login, or a password among its settings. */
function holdsLogin(argument: string): boolean {
  return /:\/\/.*(?:@|[?&][\w.-]*(?:passw(?:or)?d|secret|_key)\d?=)/is.test(argument);
}

/** pg would load all of Node's fetch to learn that this is not Cloudflare, which takes as long as the rest of it. */
function nameRuntime(): void {
  const names = globalThis as { navigator?: unknown };
  names.navigator ??= { userAgent: `Node.js/${process.versions.node.split('.')[0]}` }; // As from Node 21 on.
}

export function processIo(): Io {
  nameRuntime();
  // What others may see of the command line, in `ps`.
  if (process.argv.some(holdsLogin)) process.title = 'poolctl';
  const interruption = new AbortController();
  for (const [signal, exitCode] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    let isSecond = false;
    // One listener for all of them: between one that is gone and the next, a signal would end the process as it stands.
    process.on(signal, () => {
      if (isSecond) process.exit(exitCode);
      isSecond = true;
      interruption.abort(exitCode);
      process.stdin.destroy();
    });
  }
  // EPIPE from a reader that closes early (`| head -1`) is not an error: no stack, and the exit code stays. A full disk is.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit();
    // The terminal is gone, and what is under way ends by itself.
    if (code === 'EIO' && interruption.signal.aborted) return;
    process.stderr.write(
      `error[OUTPUT_UNWRITABLE]: Cannot write the answer to standard output (${code}).\n  hint: Is the disk full?\n`,
    );
    process.exit(errorCodes.OUTPUT_UNWRITABLE.exit);
  });
  process.stderr.on('error', () => {});
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    // Read on demand: touching process.stdin opens it.
    stdin: {
      [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
      get isTTY() {
        return process.stdin.isTTY;
      },
    },
    terminal: () =>
      process.stdout.isTTY && process.stdin.isTTY ? liveTerminal(process.stdin, process.stdout) : undefined,
    env: process.env,
    cwd: process.cwd(),
    now: () => performance.now(),
    interrupted: interruption.signal,
    crashed: watchForCrash(),
    watchLoop: watchEventLoop,
  };
}
