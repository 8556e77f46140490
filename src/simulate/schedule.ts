/** Things that come back after a fixed time, so in the order in which they were put: a ring buffer that grows with its content. */
export class Schedule {
  #timesMs = new Float64Array(16);
  #amounts = new Float64Array(16);
  #sinceMs = new Float64Array(16);
  #tags = new Int32Array(16);
  #first = 0;
  #size = 0;
  /** The earliest moment; Infinity when nothing is due. */
  firstMs = Infinity;

  get firstAmount(): number {
    return this.#amounts[this.#first] ?? 0;
  }

  get firstSinceMs(): number {
    return this.#sinceMs[this.#first] ?? 0;
  }

  get firstTag(): number {
    return this.#tags[this.#first] ?? 0;
  }

  /** The moments must not go back. */
  add(timeMs: number, tag: number, amount = 0, sinceMs = 0): void {
    if (this.#size === this.#timesMs.length) this.#grow();
    const place = (this.#first + this.#size) & (this.#timesMs.length - 1);
    this.#timesMs[place] = timeMs;
    this.#tags[place] = tag;
    this.#amounts[place] = amount;
    this.#sinceMs[place] = sinceMs;
    if (this.#size === 0) this.firstMs = timeMs;
    this.#size += 1;
  }

  removeFirst(): void {
    this.#first = (this.#first + 1) & (this.#timesMs.length - 1);
    this.#size -= 1;
    this.firstMs = this.#size === 0 ? Infinity : (this.#timesMs[this.#first] ?? 0);
  }

  #grow(): void {
    const [times, amounts, since, tags] = [this.#timesMs, this.#amounts, this.#sinceMs, this.#tags];
    const capacity = times.length;
    this.#timesMs = new Float64Array(2 * capacity);
    this.#amounts = new Float64Array(2 * capacity);
    this.#sinceMs = new Float64Array(2 * capacity);
    this.#tags = new Int32Array(2 * capacity);
    for (let index = 0; index < capacity; index += 1) {
      const from = (this.#first + index) & (capacity - 1);
      this.#timesMs[index] = times[from] ?? 0;
      this.#amounts[index] = amounts[from] ?? 0;
      this.#sinceMs[index] = since[from] ?? 0;
      this.#tags[index] = tags[from] ?? 0;
    }
    this.#first = 0;
  }
}
