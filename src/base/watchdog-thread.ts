import { closeSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { beatMs, missedBeats } from './heartbeat.ts';
import type { WatchdogTask } from './watchdog.ts';

/** How long the main thread may take to end itself. */
const endMs = 2_000;
const listenersMs = 200;
const standardError = 2;

/** Only loaded as a thread of watchdog.ts. */
if (parentPort) watch(workerData as WatchdogTask);

function watch({ counts, mostMissed, lastWords }: WatchdogTask): void {
  const missed = missedBeats(counts);
  while (Atomics.wait(counts, 1, 0, beatMs) === 'timed-out') {
    if (missed() >= mostMissed) end(lastWords);
  }
}

/**
 * A thread cannot end the process with an exit code, and the main thread does not listen. The debugger's protocol interrupts
 * it also in the middle of a loop. Whoever listens for the end is heard first: a view that has taken the terminal gives it back.
 */
function end(lastWords: string): void {
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.evaluate', { expression: "process.emit('exit', 3)" });
  sleep(listenersMs);
  try {
    writeSync(standardError, lastWords);
    closeSync(standardError); // Node would say there that it waits for a debugger.
  } catch {}
  session.post('Runtime.evaluate', { expression: 'process.reallyExit(3)' });
  sleep(endMs);
  process.kill(process.pid, 'SIGKILL');
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
