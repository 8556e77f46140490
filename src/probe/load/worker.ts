import { parentPort, workerData } from 'node:worker_threads';
import { PoolctlError } from '../../base/errors.ts';
import { beat } from '../../base/heartbeat.ts';
import { openDriver } from '../../drivers/open.ts';
import { ConnectionTarget } from '../../engines/target.ts';
import { realClock } from './clock.ts';
import type { FromThread, Task, ThreadError, ToThread } from './messages.ts';
import { openStep } from './open-step.ts';
import { pumpMaker } from './pump.ts';

/** Only loaded as a thread of threads.ts, which sends the task and reads the answers. */
if (parentPort) await work(parentPort, workerData as Task);

async function work(port: NonNullable<typeof parentPort>, task: Task): Promise<void> {
  const { target: parts, safety, via, pump, beats } = task;
  beat(beats);
  const send = (message: FromThread) => port.postMessage(message);
  const target = new ConnectionTarget(parts);
  const stopping = new AbortController();
  const clock = realClock();
  let isUnstuck = () => {};
  const unstuck = new Promise<void>((resolve) => {
    isUnstuck = resolve;
  });
  let hasStarted = (_isWanted: boolean) => {};
  const started = new Promise<boolean>((resolve) => {
    hasStarted = resolve;
  });
  port.on('message', ({ kind }: ToThread) => {
    if (kind === 'go') hasStarted(true);
    else if (kind === 'unstuck') isUnstuck();
    else {
      stopping.abort();
      hasStarted(false);
    }
  });
  try {
    const step = await openStep({
      ...task,
      to: { target, safety, ...(via ? { via } : {}) },
      driver: await openDriver(target),
      ...{ clock, makePump: pumpMaker(pump, clock), signal: stopping.signal },
      onSessions: (processIds) => send({ kind: 'sessions', processIds }),
      onTick: (tick) => send({ kind: 'tick', tick }),
      onStuck() {
        send({ kind: 'stuck' });
        return unstuck;
      },
    });
    send({ kind: 'opened', connects: step.connects });
    // Stopped before it began, it still answers, with zero counts.
    await started;
    send({ kind: 'done', run: await step.run() });
  } catch (error) {
    send({ kind: 'failed', error: asPlain(error) });
  } finally {
    port.close();
  }
}

function asPlain(error: unknown): ThreadError {
  if (!(error instanceof PoolctlError)) return { message: error instanceof Error ? error.message : String(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
