import { type ArrivalStream, arrivalsOf, recordedHolds } from '../traffic/arrivals.ts';
import type { FactorSteps } from '../traffic/factor-steps.ts';
import { type HoldSampler, holdSampler } from '../traffic/holds.ts';
import { randomStreams } from '../traffic/random.ts';
import { poolPicker } from './balancers.ts';
import { checkSimulationInput } from './check-input.ts';
import { Departures } from './departures.ts';
import { DatabaseClock, factorSteps } from './incidents.ts';
import { Lanes } from './lanes.ts';
import type { SimulationInput, SimulationRun } from './model.ts';
import { fullPools, Pools } from './pools.ts';
import { Schedule } from './schedule.ts';
import { Tally } from './tally.ts';
import { WaitingLine } from './waiting-line.ts';

/** One run from its start, from empty queues and idle connections, to its end. The same input gives the same run. */
export function simulate(input: SimulationInput): SimulationRun {
  const simulation = new Simulation(input);
  simulation.advance(Infinity);
  return simulation.figures();
}

/**
 * A run that can be stopped on the way. Events are taken in order of time; at one moment: what the calendar says, then
 * connections that are released or opened, then requests that give up, then retries, then arrivals. So a connection
 * released at the moment of an arrival serves it, and one released when a wait reaches its timeout is in time.
 */
export class Simulation {
  readonly #arrivals: ArrivalStream;
  readonly #nextHold: HoldSampler;
  readonly #pickPool: () => number;
  readonly #clock: DatabaseClock;
  readonly #pools: Pools;
  readonly #line: WaitingLine;
  readonly #departures = new Departures();
  readonly #openings = new Schedule();
  readonly #retries = new Schedule();
  readonly #tally = new Tally();

  readonly #isOnePool: boolean;
  readonly #queueLimit: number;
  readonly #timeoutMs: number;
  readonly #connectMs: number;
  readonly #opensInNoTime: boolean;
  readonly #beginLogin: (pool: number) => void;
  readonly #mostAttempts: number;
  readonly #retryPauseMs: number;
  readonly #deadlineMs: number;
  readonly #durationMs: number;
  readonly #warmupMs: number;
  readonly #slices: number;
  readonly #poolCounts: FactorSteps;

  #nowMs = 0;
  #nextArrivalMs: number;
  /** The next moment of the calendar: the end of the warm-up, of a slice or of the run, or a change of the instances. */
  #calendarMs = 0;
  #isMeasuring = false;
  #slice = 0;
  #poolStep = 0;

  constructor(input: SimulationInput) {
    checkSimulationInput(input);
    const { pools = 1, balancer = 'round-robin', incidents = [], queueLimit = Infinity } = input;
    const random = randomStreams(input.seed);
    const load = factorSteps(incidents, 'more-load');
    const instances = factorSteps(incidents, 'more-instances');
    const counts = instances.factors.map((factor) => Math.max(1, Math.round(pools * factor)));
    const mostPools = Math.max(pools, ...counts);

    this.#arrivals = arrivalsOf(input.arrivals, load, random.arrivals);
    this.#nextHold =
      recordedHolds(input.arrivals, this.#arrivals, random.holds) ?? holdSampler(input.hold, random.holds);
    this.#clock = new DatabaseClock(incidents);
    const { lending = 'queue', opening = { when: 'as-needed', atOnce: 'all' }, maxConnections = Infinity } = input;
    const { connections: limit } = input;
    const atStart = input.startEmpty ? [] : fullPools(pools, limit, maxConnections);
    const options = { pools, most: mostPools, limit, serverLimit: maxConnections, atStart, opening };
    this.#line = new WaitingLine(lending === 'queue' ? mostPools : mostPools * limit);
    const lanes = lending === 'queue' ? undefined : new Lanes(lending, this.#line, options);
    this.#pools = lanes ?? new Pools(options);
    this.#isOnePool = mostPools === 1 && !lanes;
    const pickPool = poolPicker(balancer, this.#pools, this.#line, random.balancer);
    this.#pickPool = lanes ? () => lanes.laneOf(pickPool()) : pickPool;
    this.#opensInNoTime = opening.when === 'as-needed' && !input.connectMs;
    this.#beginLogin = (pool) => {
      if (!this.#opensInNoTime) this.#openings.add(this.#clock.endOf(this.#nowMs, this.#connectMs), pool);
    };
    this.#poolCounts = { startsMs: instances.startsMs, factors: counts };

    this.#queueLimit = queueLimit;
    this.#timeoutMs = input.acquireTimeoutMs ?? Infinity;
    this.#connectMs = input.connectMs ?? 0;
    this.#mostAttempts = 1 + (input.retries?.attempts ?? 0);
    this.#retryPauseMs = input.retries?.pauseMs ?? 0;
    this.#deadlineMs = input.deadlineMs ?? Infinity;
    this.#durationMs = input.durationMs;
    this.#warmupMs = input.warmupMs ?? 0;
    this.#slices = input.timelineSlices ?? 0;
    if (counts[0] !== pools) this.#pools.activate(counts[0] ?? pools);
    this.#pools.openUnasked(this.#beginLogin);
    this.#nextArrivalMs = this.#arrivals.next();
    this.#followCalendar();
  }

  get isOver(): boolean {
    return this.#nowMs >= this.#durationMs;
  }

  /** How much of the simulated time is done, 0 to 1. */
  get doneShare(): number {
    return this.#nowMs / this.#durationMs;
  }

  /** The figures from the warm-up to now. */
  figures(): SimulationRun {
    return this.#tally.figures();
  }

  /** Goes on for so many requests, or to the end. */
  advance(requests: number): void {
    const tally = this.#tally;
    const departures = this.#departures;
    const stopAt = tally.count.requests + requests;
    while (tally.count.requests < stopAt && !this.isOver) {
      let nextMs = departures.firstMs;
      let next = 1;
      if (this.#openings.firstMs < nextMs) [nextMs, next] = [this.#openings.firstMs, 2];
      const timeoutMs = this.#line.oldestJoinedMs + this.#timeoutMs;
      if (timeoutMs < nextMs) [nextMs, next] = [timeoutMs, 3];
      if (this.#retries.firstMs < nextMs) [nextMs, next] = [this.#retries.firstMs, 4];
      if (this.#nextArrivalMs < nextMs) [nextMs, next] = [this.#nextArrivalMs, 5];
      if (this.#calendarMs <= nextMs) [nextMs, next] = [this.#calendarMs, 0];

      tally.elapse(nextMs);
      this.#nowMs = nextMs;
      if (next === 5) this.#arrive();
      else if (next === 1) this.#release();
      else if (next === 3) this.#giveUp();
      else if (next === 2) this.#opened();
      else if (next === 4) this.#retry();
      else this.#followCalendar();
    }
  }

  #arrive(): void {
    // Before the next arrival: a recorded hold is that of the arrival that was given last.
    const holdMs = this.#nextHold();
    this.#nextArrivalMs = this.#arrivals.next();
    this.#tally.count.requests += 1;
    this.#ask(holdMs, 1, this.#nowMs);
  }

  #retry(): void {
    const workMs = this.#retries.firstAmount;
    const attempt = this.#retries.firstTag;
    const askedMs = this.#retries.firstSinceMs;
    this.#retries.removeFirst();
    this.#ask(workMs, attempt, askedMs);
  }

  /** A request, which came first at `askedMs`, asks a pool for a connection. */
  #ask(workMs: number, attempt: number, askedMs: number): void {
    const pool = this.#isOnePool ? 0 : this.#pickPool();
    const waiting = this.#line.lengthOf(pool);
    this.#tally.count.attempts += 1;
    switch (this.#pools.find(pool, waiting)) {
      case 'idle':
        this.#pools.takeIdle(pool);
        this.#departures.add(this.#grant(0, workMs, askedMs), pool);
        return;
      case 'can-open':
        this.#pools.open(pool, this.#beginLogin);
        if (this.#opensInNoTime) {
          this.#pools.opened(pool);
          this.#departures.add(this.#grant(0, workMs, askedMs), pool);
        } else this.#join(pool, workMs, attempt, askedMs);
        return;
      case 'server-full':
        this.#tally.count.refusedByServer += 1;
        this.#failed(workMs, attempt, askedMs);
        return;
      case 'none':
        if (this.#pools.queueOf(pool, this.#line) < this.#queueLimit) this.#join(pool, workMs, attempt, askedMs);
        else {
          this.#tally.count.rejected += 1;
          this.#failed(workMs, attempt, askedMs);
        }
    }
  }

  #join(pool: number, workMs: number, attempt: number, askedMs: number): void {
    this.#line.join(pool, this.#nowMs, workMs, attempt, askedMs);
    this.#tally.joined();
  }

  /** Gives a connection to a request and returns when it will be released. */
  #grant(waitMs: number, workMs: number, askedMs: number): number {
    const endMs = this.#clock.endOf(this.#nowMs, workMs);
    this.#tally.granted(waitMs, (endMs === Infinity ? this.#durationMs : endMs) - this.#nowMs);
    if (endMs - askedMs <= this.#deadlineMs) this.#tally.count.answeredInTime += 1;
    return endMs;
  }

  /** Gives a connection to the first that waits for one of this pool, and returns when it will be released. */
  #grantToFirst(pool: number): number {
    this.#line.take(pool);
    this.#tally.left();
    const { joinedMs, workMs, askedMs } = this.#line.taken;
    return this.#grant(this.#nowMs - joinedMs, workMs, askedMs);
  }

  #release(): void {
    const pool = this.#departures.firstPool;
    this.#tally.released();
    if (this.#line.lengthOf(pool) > 0) this.#departures.replaceFirst(this.#grantToFirst(pool), pool);
    else {
      this.#departures.removeFirst();
      this.#pools.putBack(pool);
    }
  }

  #opened(): void {
    const pool = this.#openings.firstTag;
    this.#openings.removeFirst();
    this.#pools.opened(pool);
    if (this.#line.lengthOf(pool) > 0) this.#departures.add(this.#grantToFirst(pool), pool);
    else this.#pools.putBack(pool);
    this.#pools.openNext(pool, this.#line.lengthOf(pool), this.#beginLogin);
  }

  #giveUp(): void {
    this.#line.take(this.#line.oldestPool);
    this.#tally.left();
    this.#tally.count.timedOut += 1;
    const { workMs, attempt, askedMs } = this.#line.taken;
    this.#failed(workMs, attempt, askedMs);
  }

  #failed(workMs: number, attempt: number, askedMs: number): void {
    if (attempt < this.#mostAttempts) {
      this.#retries.add(this.#nowMs + this.#retryPauseMs, attempt + 1, workMs, askedMs);
    } else this.#tally.count.lost += 1;
  }

  /** Does what the calendar says for now, and finds its next moment. */
  #followCalendar(): void {
    const nowMs = this.#nowMs;
    const { startsMs, factors: counts } = this.#poolCounts;
    if (!this.#isMeasuring && nowMs >= this.#warmupMs) {
      this.#isMeasuring = true;
      this.#tally.startMeasuring();
    }
    while (this.#slice < this.#slices && nowMs >= this.#sliceEndMs()) {
      this.#slice += 1;
      this.#tally.endSlice();
    }
    while (nowMs >= (startsMs[this.#poolStep + 1] ?? Infinity)) {
      this.#poolStep += 1;
      this.#pools.activate(counts[this.#poolStep] ?? 1);
      this.#pools.openUnasked(this.#beginLogin);
    }
    this.#calendarMs = Math.min(
      this.#durationMs,
      this.#isMeasuring ? Infinity : this.#warmupMs,
      this.#slice < this.#slices ? this.#sliceEndMs() : Infinity,
      startsMs[this.#poolStep + 1] ?? Infinity,
    );
  }

  #sliceEndMs(): number {
    return this.#slice + 1 === this.#slices ? this.#durationMs : ((this.#slice + 1) * this.#durationMs) / this.#slices;
  }
}
