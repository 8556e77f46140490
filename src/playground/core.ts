import { errorDocument, type SaidError, shownError } from '../base/error-document.ts';
import { type ExitCode, PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { jsonOf } from '../cli/json-of.ts';
import type { ReadOption } from '../cli/options.ts';
import { readerOf } from '../cli/read-option.ts';
import type { Report } from '../cli/report.ts';
import { answerSimulation } from '../commands/simulate/answer.ts';
import { answerSize } from '../commands/size/answer.ts';
import type { ProgressOptions } from '../simulate/progress.ts';

/** Values of flags as a command line has them, by the names of the flags; `true` for one that takes none. */
export type Flags = Readonly<Record<string, string | true>>;

/** What a command prints with `--json`, its exit code, and what it found or the error that it ended with. */
export interface CommandAnswer<Found> {
  readonly text: string;
  readonly exitCode: ExitCode;
  readonly found?: Found;
  readonly error?: SaidError;
}

type Found<Command extends (...args: never) => unknown> = Awaited<ReturnType<Command>>;

/** The answer of `poolctl size … --json`. */
export function sizeAnswer(flags: Flags, progress?: ProgressOptions): Promise<CommandAnswer<Found<typeof answerSize>>> {
  return answerOf((read, io) => answerSize(read, io, progress), flags);
}

/** The answer of `poolctl simulate … --json`. */
export function simulationAnswer(
  flags: Flags,
  progress?: ProgressOptions,
): Promise<CommandAnswer<Found<typeof answerSimulation>>> {
  return answerOf((read, io) => answerSimulation(read, io, progress), flags);
}

async function answerOf<Found extends { readonly report: Report; readonly exitCode: ExitCode }>(
  command: (read: ReadOption, io: Io) => Promise<Found>,
  flags: Flags,
): Promise<CommandAnswer<Found>> {
  try {
    const read = readerOf((flag) => (Object.hasOwn(flags, flag) ? flags[flag] : undefined), {});
    const found = await command(read, nowhere());
    return { text: jsonOf(found.report), exitCode: found.exitCode, found };
  } catch (error) {
    if (!(error instanceof PoolctlError)) throw error;
    const said = shownError(error);
    return { text: errorDocument(said), exitCode: error.exitCode, error: said };
  }
}

/** A page has no files, no environment and no terminal. */
function nowhere(): Io {
  const stream = { write: () => {} };
  return {
    stdout: stream,
    stderr: stream,
    stdin: { async *[Symbol.asyncIterator]() {} },
    env: {},
    cwd: '/',
    now: () => 0,
    interrupted: new AbortController().signal,
  };
}
