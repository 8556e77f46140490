import { parentPort, workerData } from 'node:worker_threads';
import type { Io } from './base/io.ts';
import { confineThread } from './mcp/confine.ts';
import type { ThreadMessage, ThreadTask } from './mcp/thread-task.ts';

/** Only loaded as the thread of a call of `poolctl mcp`. */
if (parentPort) await runTask(parentPort, workerData as ThreadTask);

/** Runs a command line as `poolctl` does, with what it may touch and nothing else. */
async function runTask(
  port: NonNullable<typeof parentPort>,
  { argv, stdin, cwd, env, confinement }: ThreadTask,
): Promise<void> {
  confineThread(confinement);
  const say = (message: ThreadMessage) => port.postMessage(message);
  const interruption = new AbortController();
  port.once('message', () => interruption.abort(130));
  let stdout = '';
  const io: Io = {
    stdout: {
      write: (text) => {
        stdout += text;
      },
    },
    stderr: { write: (text) => say({ kind: 'told', text }) },
    stdin: oneText(stdin),
    env,
    cwd,
    now: () => performance.now(),
    interrupted: interruption.signal,
  };
  const { main } = await import('./main.ts');
  const exitCode = await main(argv, io);
  say({ kind: 'done', exitCode, stdout });
  port.close();
}

async function* oneText(text: string): AsyncGenerator<string> {
  yield text;
}
