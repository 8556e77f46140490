import type { LoadFailure, LoadPool } from '../../drivers/driver.ts';
import type { Draw } from '../workload/draw.ts';
import type { Clock } from './clock.ts';
import type { Instance, LoadPools } from './instances.ts';
import type { LiveView, SecondSeries } from './live-view.ts';
import type { Recorder } from './recorder.ts';
import { Request, type RequestHost } from './request.ts';
import type { UnderWay } from './shard-run.ts';

export interface TrafficParts {
  /** All pools, seen as one. */
  readonly pool: LoadPools;
  /** The pool of each instance; at least one. */
  readonly pools: readonly LoadPool[];
  readonly draw: Draw;
  readonly clock: Clock;
  readonly classify: (error: Error) => LoadFailure;
  /** An open loop's caller waits from the moment it was meant for; a closed loop's wait for the pool is arithmetic. */
  readonly isOpen: boolean;
  readonly recorder: Recorder;
  readonly live: LiveView;
  readonly seconds: SecondSeries;
  /** Of each instance. */
  readonly connections: number;
}

/** All requests of a load that are under way, and the counters that they go through. */
export class Traffic implements RequestHost {
  readonly pool: LoadPools;
  readonly #instances: readonly Instance[];
  readonly connections: number;
  readonly draw: Draw;
  readonly now: () => number;
  readonly classify: (error: Error) => LoadFailure;
  isServing = true;
  /** Requests that have begun and not ended, and those among them that have a connection. */
  inFlight = 0;
  running = 0;
  #runningCounted = 0;
  /** The longest time of a served request, from its intended start (open loop) or from getting its connection (closed loop). */
  longestMs = 0;
  readonly #parts: TrafficParts;
  #idle: (() => void) | undefined;

  constructor(parts: TrafficParts) {
    this.#parts = parts;
    this.pool = parts.pool;
    this.#instances = parts.pools.map((pool) => ({ pool, inFlight: 0 }));
    this.connections = parts.connections;
    this.draw = parts.draw;
    this.now = parts.clock.now;
    this.classify = parts.classify;
  }

  /** Cards and workers are dealt to the instances one by one, counted from 0. */
  instanceOf(card: number): Instance {
    const instance = this.#instances[card % this.#instances.length];
    if (!instance) throw new Error('A load without a pool.');
    return instance;
  }

  readonly onRunning = (change: 1 | -1, { isCounted }: Request): void => {
    this.running += change;
    if (isCounted) this.#runningCounted += change;
  };

  /** Nobody gets a connection any more, and whoever waits for one is answered now. */
  stopServing(): void {
    this.isServing = false;
    this.pool.refuseWaiting();
  }

  /** What has begun and not ended. */
  get left(): UnderWay {
    return { inFlight: this.inFlight, running: this.#parts.isOpen ? this.#runningCounted : this.running };
  }

  /** `then` is called when the request has ended and has been counted. */
  request(then: (request: Request) => void): Request {
    return new Request(this, (request) => {
      this.inFlight -= 1;
      this.#count(request);
      then(request);
      if (this.inFlight === 0) this.#idle?.();
    });
  }

  begin(request: Request, instance: Instance, intendedMs?: number): void {
    this.inFlight += 1;
    request.begin(instance, intendedMs);
  }

  /** Waits until nothing is under way, at most until the moment; false when something still is. */
  async idle(untilMs: number): Promise<boolean> {
    if (this.inFlight === 0) return true;
    await new Promise<void>((resolve) => {
      const takeBack = this.#parts.clock.at(untilMs, resolve);
      this.#idle = () => {
        takeBack();
        resolve();
      };
    });
    this.#idle = undefined;
    return this.inFlight === 0;
  }

  #count(request: Request): void {
    const { isOpen, recorder, live, seconds } = this.#parts;
    recorder.ended(request);
    const { outcome, endMs } = request;
    if (outcome === 'dropped') return;
    if (outcome !== 'served') {
      live.failed(outcome.kind);
      seconds.ended(endMs, undefined);
      return;
    }
    const timeMs = endMs - (isOpen ? request.intendedMs : request.gotMs);
    if (timeMs > this.longestMs) this.longestMs = timeMs;
    live.served(timeMs);
    seconds.ended(endMs, timeMs);
  }
}
