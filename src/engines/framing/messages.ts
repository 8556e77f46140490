type OnMessage = (bytes: Buffer, start: number, end: number) => void;

const nothing = Buffer.alloc(0);

/**
 * Cuts a stream of bytes into whole messages. `lengthOf` reads the length of a message, its header included, and throws
 * where it is none; then nothing is kept for it.
 */
export class Messages {
  readonly #headerBytes: number;
  readonly #lengthOf: (bytes: Buffer, start: number) => number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #neededBytes = 0;

  constructor(headerBytes: number, lengthOf: (bytes: Buffer, start: number) => number) {
    this.#headerBytes = headerBytes;
    this.#lengthOf = lengthOf;
    this.#neededBytes = headerBytes;
  }

  /** Calls back for each message that is whole now, and returns them back to back; the rest waits for the next chunk. */
  take(chunk: Buffer, onMessage: OnMessage): Buffer {
    if (this.#heldBytes + chunk.length < this.#neededBytes) {
      this.#hold(chunk, this.#neededBytes);
      return nothing;
    }
    const bytes = this.#heldBytes === 0 ? chunk : Buffer.concat([...this.#held, chunk]);
    this.#held = [];
    this.#heldBytes = 0;
    let end = 0;
    let needed = this.#headerBytes;
    while (bytes.length - end >= this.#headerBytes) {
      const length = this.#lengthOf(bytes, end);
      if (bytes.length - end < length) {
        needed = length;
        break;
      }
      onMessage(bytes, end, end + length);
      end += length;
    }
    if (end === bytes.length) this.#neededBytes = this.#headerBytes;
    else this.#hold(bytes.subarray(end), needed);
    return end === bytes.length ? bytes : bytes.subarray(0, end);
  }

  #hold(bytes: Buffer, needed: number): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#neededBytes = needed;
  }
}
