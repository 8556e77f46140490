/** Moments at which connections are released, each with its pool; the earliest first. A binary heap in typed arrays. */
export class Departures {
  #timesMs = new Float64Array(256);
  #pools = new Int32Array(256);
  #size = 0;
  /** The earliest moment; Infinity when there is none. */
  firstMs = Infinity;

  get firstPool(): number {
    return this.#pools[0] ?? 0;
  }

  add(timeMs: number, pool: number): void {
    if (this.#size === this.#timesMs.length) this.#grow();
    const times = this.#timesMs;
    const pools = this.#pools;
    let place = this.#size;
    this.#size += 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const parentMs = times[parent] ?? 0;
      if (parentMs <= timeMs) break;
      times[place] = parentMs;
      pools[place] = pools[parent] ?? 0;
      place = parent;
    }
    times[place] = timeMs;
    pools[place] = pool;
    this.firstMs = times[0] ?? Infinity;
  }

  removeFirst(): void {
    this.#size -= 1;
    const size = this.#size;
    if (size === 0) this.firstMs = Infinity;
    else this.#sinkFromTop(this.#timesMs[size] ?? 0, this.#pools[size] ?? 0);
  }

  /** The same as removing the first and adding another, at half the price. */
  replaceFirst(timeMs: number, pool: number): void {
    this.#sinkFromTop(timeMs, pool);
  }

  #sinkFromTop(timeMs: number, pool: number): void {
    const times = this.#timesMs;
    const pools = this.#pools;
    const size = this.#size;
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      let childMs = times[child] ?? 0;
      const right = child + 1;
      if (right < size) {
        const rightMs = times[right] ?? 0;
        if (rightMs < childMs) {
          child = right;
          childMs = rightMs;
        }
      }
      if (childMs >= timeMs) break;
      times[place] = childMs;
      pools[place] = pools[child] ?? 0;
      place = child;
    }
    times[place] = timeMs;
    pools[place] = pool;
    this.firstMs = times[0] ?? Infinity;
  }

  #grow(): void {
    const [times, pools] = [this.#timesMs, this.#pools];
    this.#timesMs = new Float64Array(2 * times.length);
    this.#timesMs.set(times);
    this.#pools = new Int32Array(2 * pools.length);
    this.#pools.set(pools);
  }
}
