import type { Clock } from './clock.ts';
import type { Instance } from './instances.ts';
import type { Loop } from './load-run.ts';
import type { Request } from './request.ts';
import type { Traffic } from './traffic.ts';

/** The wait after a request that got no connection: a server that is down would otherwise be asked as fast as a loop turns. */
const pauseMs = 50;
/** How many requests in a row may end while they are begun, before the event loop gets a turn. */
const turns = 64;

/** Workers, each of one instance, that send their next request when the last one is done. */
export class ClosedLoop implements Loop {
  readonly #workers: readonly ClosedWorker[];
  readonly #stop = { isStopped: false };

  constructor(workers: number, traffic: Traffic, clock: Clock) {
    this.#workers = Array.from(
      { length: workers },
      (_, worker) => new ClosedWorker(traffic, traffic.instanceOf(worker), clock, this.#stop),
    );
  }

  start(): void {
    for (const worker of this.#workers) worker.next();
  }

  stop(): void {
    this.#stop.isStopped = true;
  }
}

class ClosedWorker {
  readonly #traffic: Traffic;
  readonly #instance: Instance;
  readonly #clock: Clock;
  readonly #stop: { readonly isStopped: boolean };
  readonly #request: Request;
  /** Whether a request is being begun just now, and whether it has ended already: a loop instead of recursion. */
  #isBeginning = false;
  #hasEnded = false;

  constructor(traffic: Traffic, instance: Instance, clock: Clock, stop: { readonly isStopped: boolean }) {
    this.#traffic = traffic;
    this.#instance = instance;
    this.#clock = clock;
    this.#stop = stop;
    this.#request = traffic.request((request) => this.#ended(request));
  }

  readonly next = (): void => {
    for (let turn = 0; turn < turns; turn += 1) {
      if (this.#stop.isStopped) return;
      this.#hasEnded = false;
      this.#isBeginning = true;
      this.#traffic.begin(this.#request, this.#instance);
      this.#isBeginning = false;
      if (!this.#hasEnded) return;
    }
    this.#clock.at(this.#clock.now(), this.next);
  };

  #ended({ hasRun, outcome }: Request): void {
    if (!hasRun && outcome !== 'dropped') this.#clock.at(this.#clock.now() + pauseMs, this.next);
    else if (this.#isBeginning) this.#hasEnded = true;
    else this.next();
  }
}
