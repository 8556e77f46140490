/** Slots that are taken in turn: the newest row overwrites the oldest. The columns are arrays of the owner. */
export class Ring {
  readonly capacity: number;
  #count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The slot of a new row. */
  next(): number {
    const slot = this.#count % this.capacity;
    this.#count += 1;
    return slot;
  }

  get overwritten(): number {
    return Math.max(0, this.#count - this.capacity);
  }

  /** Slots that hold a row, the oldest row first. */
  slots(): number[] {
    const held = Math.min(this.#count, this.capacity);
    return Array.from({ length: held }, (_, index) => (this.overwritten + index) % this.capacity);
  }
}
