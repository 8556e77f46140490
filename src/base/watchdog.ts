import { serverConnected } from './connected.ts';
import { beat, beatMs } from './heartbeat.ts';
import { formatDuration } from './units.ts';

/** What both threads of a watchdog count in: how often the event loop has turned, and whether the watch is over. */
export interface WatchdogTask {
  readonly counts: Int32Array;
  /** Beats without a turn of the loop after which the process is ended. */
  readonly mostMissed: number;
  /** What is said then. */
  readonly lastWords: string;
}

/** A loop that turns slowly because the machine is busy is not one that stands still. */
const marginMs = 5_000;

/** Node 20 cannot run TypeScript, so the sources use the built file, too. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/base/watchdog-thread.js' : './watchdog-thread.js',
  import.meta.url,
);

/**
 * Ends the process with exit code 3 where its event loop stands still for longer than an answer may take, and a margin: a
 * driver that loops over an answer hears neither its timeout nor Ctrl-C. The watch begins with the first connection, so that
 * a server that is not there costs no thread. Returns what ends it.
 */
export function watchEventLoop(timeoutMs: number): () => void {
  let end = () => {};
  const begin = () => {
    serverConnected.unsubscribe(begin);
    end = startWatchdog(timeoutMs);
  };
  serverConnected.subscribe(begin);
  return () => {
    serverConnected.unsubscribe(begin);
    end();
  };
}

function startWatchdog(timeoutMs: number): () => void {
  const limitMs = timeoutMs + marginMs;
  const counts = new Int32Array(new SharedArrayBuffer(8));
  const task: WatchdogTask = {
    counts,
    mostMissed: Math.ceil(limitMs / beatMs),
    lastWords: `error[PROTOCOL_BROKEN]: poolctl stood still for ${formatDuration(limitMs)} over what a server sent, and was ended.\n`,
  };
  const stop = beat(counts);
  // Loaded no earlier, because a program that only says that nobody is there does without.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const thread = new Worker(threadFile, { workerData: task, env: {}, execArgv: [] });
  thread.on('error', () => {});
  thread.unref();
  return () => {
    stop();
    Atomics.store(counts, 1, 1);
    Atomics.notify(counts, 1);
  };
}
