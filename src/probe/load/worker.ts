import { parentPort, workerData } from 'node:worker_threads';
import { PoolctlError } from '../../base/errors.ts';
import { beat } from '../../base/heartbeat.ts';
import { openDriver } from '../../drivers/open.ts';
import { ConnectionTarget } from '../../engines/target.ts';
import { realClock } from './clock.ts';
import type { FromThread, Task, ThreadError, ToThread } from './messages.ts';
import { openStep } from './open-step.ts';
import { pumpMaker } from './pump.ts';
import { systemNow } from './system-clock.ts';

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
  let hasStarted = (_startMs?: number) => {};
  const started = new Promise<number | undefined>((resolve) => {
    hasStarted = resolve;
  });
  port.on('message', (message: ToThread) => {
    if (message.kind === 'go') hasStarted(message.startMs && message.startMs - systemNow() + clock.now());
    else if (message.kind === 'unstuck') isUnstuck();
    else {
      stopping.abort();
      hasStarted();
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
    send({ kind: 'done', run: await step.run(await started) });
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
