import type {
  LoadConnection,
  LoadDriver,
  LoadFailure,
  LoadFailureKind,
  LoadPool,
  LoadPoolSettings,
  LoadTarget,
} from '../../src/drivers/driver.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import type { Clock } from '../../src/probe/load/clock.ts';
import { mergeShards } from '../../src/probe/load/merge.ts';
import type { StepPlan, StepRun } from '../../src/probe/load/model.ts';
import { openStep, type StepParts } from '../../src/probe/load/open-step.ts';
import { pumpMaker } from '../../src/probe/load/pump.ts';
import { wholeStep } from '../../src/probe/load/shard.ts';
import type { ProbeWorkload, Script } from '../../src/probe/workload/model.ts';

/** A clock that jumps from one moment at which something happens to the next. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  readonly #events: { readonly atMs: number; readonly order: number; readonly call: () => void }[] = [];

  readonly now = (): number => this.#nowMs;

  at(momentMs: number, call: () => void): () => void {
    const event = { atMs: Math.max(momentMs, this.#nowMs), order: this.#order++, call };
    const place = this.#events.findLastIndex(({ atMs }) => atMs <= event.atMs) + 1;
    this.#events.splice(place, 0, event);
    return () => {
      const index = this.#events.indexOf(event);
      if (index >= 0) this.#events.splice(index, 1);
    };
  }

  sinceEpochMs(momentMs: number): number {
    return momentMs;
  }

  /** Nothing happens meanwhile: a process that was stopped, a collection of garbage. */
  skip(ms: number): void {
    this.#nowMs += ms;
  }

  async runUntil<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    work.then(done, done);
    for (;;) {
      await new Promise(setImmediate);
      if (isDone) return work;
      const event = this.#events.shift();
      if (!event) throw new Error('Nothing more will happen, and the work is not done.');
      this.#nowMs = Math.max(this.#nowMs, event.atMs);
      event.call();
    }
  }
}

export class FakeFailure extends Error {
  readonly kind: LoadFailureKind;

  constructor(kind: LoadFailureKind) {
    super(kind);
    this.kind = kind;
  }
}

export interface FakeServer {
  readonly clock: Clock;
  /** How long a statement that is sent now takes; Infinity: until `cancel`. Left out: it answers before it returns. */
  readonly serviceMs?: (nowMs: number, text: string) => number;
  /** Why the statement fails, in place of its answer. */
  readonly failure?: (text: string, nowMs: number) => LoadFailureKind | undefined;
  /** Why no connection can be had. */
  readonly refusal?: (nowMs: number) => LoadFailureKind | undefined;
  /** How long opening takes, where there is no pool. */
  readonly connectMs?: number;
}

type Acquired = Parameters<LoadPool['acquire']>[0];
type Answered = Parameters<LoadConnection['run']>[2];

/** A driver without a server: its pool is first come, first served, and keeps to its settings. */
export class FakeDriver implements LoadDriver {
  readonly name = 'fake 1.0';
  readonly #server: FakeServer;
  /** Of every statement sent, in order, with the session it was sent on. */
  readonly sent: { readonly processId: number; readonly text: string; readonly atMs: number }[] = [];
  /** Sessions that were released as broken. */
  readonly broken: number[] = [];
  readonly hanging = new Map<number, Answered>();
  busy = 0;
  mostBusy = 0;
  opened = 0;
  ended = 0;

  constructor(server: FakeServer) {
    this.#server = server;
  }

  createPool(_to: LoadTarget, settings: LoadPoolSettings): LoadPool {
    return new FakePool(this, this.#server, settings);
  }

  async connect(): ReturnType<LoadDriver['connect']> {
    const { clock, connectMs = 0 } = this.#server;
    await new Promise<void>((resolve) => clock.at(clock.now() + connectMs, resolve));
    const connection = this.open(() => {});
    this.lend();
    const times = { tcpMs: 0, loginMs: connectMs, setupMs: 0, totalMs: connectMs };
    const close = async () => {
      this.busy -= 1;
      this.ended += 1;
    };
    return { connection, times, close };
  }

  classify(error: Error): LoadFailure {
    return error instanceof FakeFailure
      ? { kind: error.kind, label: error.kind.toUpperCase() }
      : { kind: 'sql-error', label: error.message };
  }

  lend(): void {
    this.busy += 1;
    this.mostBusy = Math.max(this.mostBusy, this.busy);
  }

  /** Ends what hangs, as a server does on request. */
  cancel(): void {
    for (const [processId, done] of [...this.hanging]) {
      this.hanging.delete(processId);
      done(new FakeFailure('statement-timeout'));
    }
  }

  open(release: (connection: LoadConnection, isBroken: boolean) => void): LoadConnection {
    const processId = ++this.opened;
    const connection: LoadConnection = {
      processId,
      run: ({ text }, _values, done) => this.#run(processId, text, done),
      release: (broken = false) => {
        if (broken) this.broken.push(processId);
        release(connection, broken);
      },
    };
    return connection;
  }

  #run(processId: number, text: string, done: Answered): void {
    const { clock, serviceMs, failure } = this.#server;
    const nowMs = clock.now();
    this.sent.push({ processId, text, atMs: nowMs });
    const answer = () => {
      const kind = failure?.(text, clock.now());
      done(kind && new FakeFailure(kind));
    };
    if (!serviceMs) {
      answer();
      return;
    }
    const tookMs = serviceMs(nowMs, text);
    if (tookMs < Number.POSITIVE_INFINITY) clock.at(nowMs + tookMs, answer);
    else this.hanging.set(processId, done);
  }
}

class FakePool implements LoadPool {
  readonly #driver: FakeDriver;
  readonly #server: FakeServer;
  readonly #settings: LoadPoolSettings;
  readonly #free: LoadConnection[] = [];
  readonly #line: { readonly done: Acquired; readonly takeBack: () => void }[] = [];
  readonly #open = new Set<LoadConnection>();

  constructor(driver: FakeDriver, server: FakeServer, settings: LoadPoolSettings) {
    this.#driver = driver;
    this.#server = server;
    this.#settings = settings;
  }

  async openAll(signal: AbortSignal) {
    signal.throwIfAborted();
    for (let count = 0; count < this.#settings.connectionLimit; count += 1) this.#free.push(this.#opened());
    return this.#free.map(() => ({ tcpMs: 1, loginMs: 1, setupMs: 0, totalMs: 2 }));
  }

  acquire(done: Acquired): void {
    const kind = this.#server.refusal?.(this.#server.clock.now());
    const { queueLimit = Number.POSITIVE_INFINITY } = this.#settings;
    const connection = kind ? undefined : this.#free.pop();
    if (kind) done(new FakeFailure(kind), undefined, undefined);
    else if (connection) this.#lend(connection, done);
    else if (this.waiting >= queueLimit) done(new FakeFailure('queue-full'), undefined, undefined);
    else this.#enqueue(done);
  }

  #enqueue(done: Acquired): void {
    const { clock } = this.#server;
    const { acquireTimeoutMs } = this.#settings;
    const giveUp = () => {
      this.#line.splice(this.#line.indexOf(waiter), 1);
      done(new FakeFailure('acquire-timeout'), undefined, undefined);
    };
    const takeBack = acquireTimeoutMs === undefined ? () => {} : clock.at(clock.now() + acquireTimeoutMs, giveUp);
    const waiter = { done, takeBack };
    this.#line.push(waiter);
  }

  refuseWaiting(): void {
    for (const { done, takeBack } of this.#line.splice(0)) {
      takeBack();
      done(new FakeFailure('connection-lost'), undefined, undefined);
    }
  }

  get waiting(): number {
    return this.#line.length;
  }

  get connections(): number {
    return this.#open.size;
  }

  get processIds(): readonly number[] {
    return [...this.#open].map(({ processId }) => processId);
  }

  async end(): Promise<void> {
    this.#driver.ended += this.#open.size;
    this.#open.clear();
  }

  #opened(): LoadConnection {
    const connection = this.#driver.open((released, isBroken) => {
      this.#driver.busy -= 1;
      if (isBroken) this.#open.delete(released);
      this.#next(isBroken ? this.#opened() : released);
    });
    this.#open.add(connection);
    return connection;
  }

  #next(connection: LoadConnection): void {
    const waiter = this.#line.shift();
    if (!waiter) this.#free.push(connection);
    else {
      waiter.takeBack();
      this.#lend(connection, waiter.done);
    }
  }

  #lend(connection: LoadConnection, done: Acquired): void {
    this.#driver.lend();
    done(undefined, connection, undefined);
  }
}

/** Requests of one statement, or of several in a transaction. */
export function workloadOf(...texts: string[]): ProbeWorkload {
  const script: Script = {
    weight: 1,
    isTransaction: texts.length > 1,
    statements: texts.map((text) => ({ text, prepared: false, parameters: [] })),
  };
  return {
    ...{ name: 'fake', description: '', kind: 'sql', readOnly: true, transportOnly: false, variables: {} },
    scripts: [script],
  };
}

export const noTarget: LoadTarget = {
  target: new ConnectionTarget({
    protocol: 'postgres',
    host: '127.0.0.1',
    port: 1,
    user: 'u',
    tls: { mode: 'disable' },
  }),
  safety: {
    ...{ tag: 'poolctl-probe/test', readOnly: true },
    ...{ statementTimeoutMs: 30_000, lockTimeoutMs: 1_000, idleTimeoutMs: 30_000 },
  },
};

export type PlanWishes = Partial<Omit<StepPlan, 'pool' | 'load'>> & {
  readonly pool?: Partial<LoadPoolSettings>;
  readonly load: StepPlan['load'];
};

export function planOf({ pool, ...plan }: PlanWishes): StepPlan {
  return {
    ...{ warmupMs: 0, durationMs: 10_000, seed: 1, threads: 1 },
    ...plan,
    pool: { connectionLimit: 4, connectTimeoutMs: 1_000, ...pool },
  };
}

/** Runs a step on a clock on which it takes no time. Deterministic: every moment comes from the plan and the server. */
export async function runOn(
  clock: VirtualClock,
  driver: LoadDriver,
  plan: StepPlan,
  wishes: Partial<StepParts> = {},
): Promise<StepRun> {
  const opened = await clock.runUntil(
    openStep({
      ...{ to: noTarget, driver, workload: workloadOf('select 1'), plan, shard: wholeStep(plan), clock },
      ...{ makePump: pumpMaker('timer', clock), signal: new AbortController().signal },
      ...wishes,
    }),
  );
  return mergeShards([await clock.runUntil(opened.run())]);
}

/** Every request is counted once. */
export function isBalanced({ requests, completed, failed, unsent, unfinished }: StepRun): boolean {
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
  return requests === completed + failures + unsent + unfinished;
}
