import { Worker } from 'node:worker_threads';
import { PoolctlError } from '../../base/errors.ts';
import { beatMs, missedBeats } from '../../base/heartbeat.ts';
import { formatDuration } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ConnectTimes } from '../../drivers/driver.ts';
import { joinShards } from './join.ts';
import { mergeShards, mergeTicks } from './merge.ts';
import type { FromThread, Task, ThreadError, ToThread } from './messages.ts';
import type { PumpKind } from './pump.ts';
import { planFor, type Shard, shardsOf } from './shard.ts';
import type { ShardRun, ShardTick } from './shard-run.ts';
import { type LoadStep, lateBy, type StepOutcome } from './step.ts';
import { systemNow } from './system-clock.ts';

/** Node 20 cannot run TypeScript, so the sources use the built file, too. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/probe/load/worker.js' : './worker.js',
  import.meta.url,
);

/** A thread that is merely late, on a machine that has too much to do, is not late for so long. */
const longestStillMs = 10_000;

/** The step on several threads, each with its share of the connections. They begin together, when all are open. */
export async function runThreads(step: LoadStep, pump: PumpKind): Promise<StepOutcome> {
  const { plan, part, onTick, onSessions, onStuck, signal, now = () => performance.now() } = step;
  const ticks: ShardTick[] = [];
  const sessions: (readonly number[])[] = [];
  let cancelling: Promise<void> | undefined;
  const crew = shardsOf(plan, part).map((shard, thread) => {
    return new Thread(taskOf(step, shard, pump), {
      tick(tick) {
        ticks[thread] = tick;
        if (thread === 0) onTick?.(mergeTicks(Object.values(ticks)));
      },
      sessions(processIds) {
        sessions[thread] = processIds;
        onSessions?.(Object.values(sessions).flat());
      },
      stuck() {
        // One cancel covers every thread that is stuck by then.
        cancelling ??= Promise.resolve(onStuck?.()).finally(() => {
          cancelling = undefined;
        });
        return cancelling;
      },
    });
  });
  const onAbort = () => tellAll(crew, { kind: 'stop' });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const connects = await Promise.all(crew.map(({ opened }) => opened));
    const lateMs = lateBy(part, now());
    const startMs = part && part.startMs - now() + systemNow();
    if (!signal.aborted) tellAll(crew, { kind: 'go', ...withoutUndefined({ startMs }) });
    const shards = await Promise.all(crew.map(({ done }) => done));
    return { run: mergeShards(shards), connects: connects.flat(), shard: joinShards(shards), lateMs };
  } catch (error) {
    // One thread has failed: the others close their connections before the error is thrown.
    tellAll(crew, { kind: 'stop' });
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.all(crew.map((thread) => thread.end()));
  }
}

interface Listener {
  tick(tick: ShardTick): void;
  sessions(processIds: readonly number[]): void;
  stuck(): Promise<void>;
}

class Thread {
  readonly opened: Promise<readonly ConnectTimes[]>;
  readonly done: Promise<ShardRun>;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;

  constructor(task: Task, listener: Listener) {
    this.#worker = new Worker(workerFile, { workerData: task });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    const opened = deferred<readonly ConnectTimes[]>();
    const done = deferred<ShardRun>();
    const fail = (error: Error) => {
      opened.reject(error);
      done.reject(error);
    };
    // Only one promise is awaited at a time; silence the other.
    for (const { promise } of [opened, done]) promise.catch(() => {});
    this.opened = opened.promise;
    this.done = done.promise;
    const stopWatch = whenStill(task.beats, () => {
      fail(stoodStill());
      void this.#worker.terminate();
    });
    this.#worker.once('exit', stopWatch);
    this.#worker.on('error', fail);
    this.#worker.once('exit', () => fail(new Error('A thread of the load ended without an answer.')));
    this.#worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'opened':
          return opened.resolve(message.connects);
        case 'sessions':
          return listener.sessions(message.processIds);
        case 'tick':
          return listener.tick(message.tick);
        case 'stuck':
          return void listener.stuck().then(() => this.tell({ kind: 'unstuck' }));
        case 'done':
          return done.resolve(message.run);
        case 'failed':
          return fail(asError(message.error));
        default:
          return message satisfies never;
      }
    });
  }

  tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  end(): Promise<void> {
    return this.#ended;
  }
}

/** What a server sends can make a driver loop, which then hears no message. Calls once, and returns what ends the watch. */
function whenStill(beats: Int32Array, call: () => void): () => void {
  const missed = missedBeats(beats);
  const watch = setInterval(() => {
    // The first beat comes when the thread has been loaded.
    if (Atomics.load(beats, 0) === 0 || missed() * beatMs < longestStillMs) return;
    clearInterval(watch);
    call();
  }, beatMs);
  return () => clearInterval(watch);
}

function stoodStill(): PoolctlError {
  return new PoolctlError(
    'PROTOCOL_BROKEN',
    `A thread of the load stood still for ${formatDuration(longestStillMs)} over what the server sent, and was ended.`,
    { hint: 'Is it another kind of server, or does a proxy in the path change what is sent?' },
  );
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** Promise.withResolvers, which Node 20 does not have. */
function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) };
}

function tellAll(crew: readonly Thread[], message: ToThread): void {
  for (const thread of crew) thread.tell(message);
}

function taskOf({ to, workload, plan, part, drainMs }: LoadStep, shard: Shard, pump: PumpKind): Task {
  const { target, safety, via } = to;
  return {
    ...{
      target: target.parts,
      safety,
      workload,
      plan: planFor(plan, shard),
      shard,
      pump,
      hasSlices: part !== undefined,
    },
    beats: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    ...(via === undefined ? {} : { via }),
    ...(drainMs === undefined ? {} : { drainMs }),
  };
}

function asError({ code, message, hint }: ThreadError): Error {
  return code === undefined ? new Error(message) : new PoolctlError(code, message, { hint });
}
