const none = -1;

/**
 * Requests that wait, first come first served within each pool, and known by age over all pools, which is the order in
 * which they give up. Memory grows with the longest queue, not with the number of requests: places are used again.
 */
export class WaitingLine {
  #joinedMs = new Float64Array(64);
  #workMs = new Float64Array(64);
  /** When a request that comes again came first. */
  #askedMs = new Float64Array(64);
  #attempt = new Int32Array(64);
  #pool = new Int32Array(64);
  /** The next of the same pool; of a free place, the next free one. */
  #nextInPool = new Int32Array(64);
  #older = new Int32Array(64);
  #newer = new Int32Array(64);
  #used = 0;
  #free = none;
  #oldest = none;
  #newest = none;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #lengths: Int32Array;
  /** Requests waiting in all pools. */
  length = 0;
  /** When the one that waits longest joined; Infinity when none waits. */
  oldestJoinedMs = Infinity;
  /** What the request taken last was. */
  taken = { joinedMs: 0, workMs: 0, attempt: 0, askedMs: 0 };

  constructor(pools: number) {
    this.#first = new Int32Array(pools).fill(none);
    this.#last = new Int32Array(pools).fill(none);
    this.#lengths = new Int32Array(pools);
  }

  lengthOf(pool: number): number {
    return this.#lengths[pool] ?? 0;
  }

  get oldestPool(): number {
    return this.#pool[this.#oldest] ?? 0;
  }

  join(pool: number, nowMs: number, workMs: number, attempt: number, askedMs: number): void {
    const place = this.#freePlace();
    this.#joinedMs[place] = nowMs;
    this.#workMs[place] = workMs;
    if (attempt > 1) this.#askedMs[place] = askedMs;
    this.#attempt[place] = attempt;
    this.#pool[place] = pool;
    this.#nextInPool[place] = none;
    const last = this.#last[pool] ?? none;
    if (last === none) this.#first[pool] = place;
    else this.#nextInPool[last] = place;
    this.#last[pool] = place;
    this.#lengths[pool] = (this.#lengths[pool] ?? 0) + 1;

    this.#older[place] = this.#newest;
    this.#newer[place] = none;
    if (this.#newest === none) {
      this.#oldest = place;
      this.oldestJoinedMs = nowMs;
    } else this.#newer[this.#newest] = place;
    this.#newest = place;
    this.length += 1;
  }

  /** Takes the first of a pool, in which one must wait, out of the line. */
  take(pool: number): void {
    const place = this.#first[pool] ?? none;
    const next = this.#nextInPool[place] ?? none;
    this.#first[pool] = next;
    if (next === none) this.#last[pool] = none;
    this.#lengths[pool] = (this.#lengths[pool] ?? 0) - 1;

    const older = this.#older[place] ?? none;
    const newer = this.#newer[place] ?? none;
    if (newer === none) this.#newest = older;
    else this.#older[newer] = older;
    if (older === none) {
      this.#oldest = newer;
      this.oldestJoinedMs = newer === none ? Infinity : (this.#joinedMs[newer] ?? 0);
    } else this.#newer[older] = newer;

    this.#nextInPool[place] = this.#free;
    this.#free = place;
    this.length -= 1;
    const joinedMs = this.#joinedMs[place] ?? 0;
    const attempt = this.#attempt[place] ?? 0;
    this.taken.joinedMs = joinedMs;
    this.taken.workMs = this.#workMs[place] ?? 0;
    this.taken.attempt = attempt;
    this.taken.askedMs = attempt > 1 ? (this.#askedMs[place] ?? 0) : joinedMs;
  }

  #freePlace(): number {
    const place = this.#free;
    if (place !== none) {
      this.#free = this.#nextInPool[place] ?? none;
      return place;
    }
    if (this.#used === this.#joinedMs.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  #grow(): void {
    this.#joinedMs = doubled(this.#joinedMs, new Float64Array(2 * this.#used));
    this.#workMs = doubled(this.#workMs, new Float64Array(2 * this.#used));
    this.#askedMs = doubled(this.#askedMs, new Float64Array(2 * this.#used));
    this.#attempt = doubled(this.#attempt, new Int32Array(2 * this.#used));
    this.#pool = doubled(this.#pool, new Int32Array(2 * this.#used));
    this.#nextInPool = doubled(this.#nextInPool, new Int32Array(2 * this.#used));
    this.#older = doubled(this.#older, new Int32Array(2 * this.#used));
    this.#newer = doubled(this.#newer, new Int32Array(2 * this.#used));
  }
}

function doubled<Numbers extends Float64Array | Int32Array>(from: Numbers, into: Numbers): Numbers {
  into.set(from);
  return into;
}
