import { Worker } from 'node:worker_threads';
import type { ThreadMessage, ThreadOrder, ThreadTask } from './thread-task.ts';

/** How a call ended: as a command does, or before it could. */
export interface Ended {
  /** Of the command; undefined where it did not come to its end. */
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** What broke, where something did. */
  readonly crash?: unknown;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Hears the lines of progress. */
  onTold?(text: string): void;
}

/** Runs a call to its end. Aborted, the command first hands over what it has, and soon is ended. */
export type RunTask = (task: ThreadTask, options: RunOptions) => Promise<Ended>;

/** Threads run compiled code; from the sources, that of the last build. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/mcp-thread.js' : '../mcp-thread.js',
  import.meta.url,
);
/** How long a command may take to log out and hand over. */
const graceMs = 1_000;
const mostMemoryMb = 1_024;
/** The longest text on standard error that is kept. */
const longestTold = 20_000;

/** Runs it in a thread of its own: one that hangs or breaks takes nothing else with it. */
export const runInThread: RunTask = (task, { signal, onTold }) =>
  new Promise((resolve) => {
    const worker = new Worker(threadFile, {
      workerData: task,
      env: { ...task.env },
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
    });
    // What a package prints there is no part of the protocol.
    worker.stdout.resume();
    worker.stderr.resume();
    let stderr = '';
    let grace: NodeJS.Timeout | undefined;
    let isOver = false;
    const end = (ended: Omit<Ended, 'stderr'>) => {
      // The end of the thread is heard before that of its termination.
      if (isOver) return;
      isOver = true;
      clearTimeout(grace);
      signal.removeEventListener('abort', stop);
      worker.terminate().finally(() => resolve({ ...ended, stderr }));
    };
    const stop = () => {
      worker.postMessage('stop' satisfies ThreadOrder);
      grace = setTimeout(() => end({ stdout: '' }), graceMs);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'done') return end(message);
      stderr = `${stderr}${message.text}`.slice(0, longestTold);
      onTold?.(message.text);
    });
    worker.on('error', (crash) => end({ stdout: '', crash }));
    worker.on('exit', () => end({ stdout: '' }));
  });
