import { FrameFault, oneOf } from './fault.ts';

/** Walks through one message, never past its end. The protocols' words for the parts are PostgreSQL's and MySQL's own. */
export class Body {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  #name = '';

  /** Starts at a part of `bytes`; `name` is what a fault says is wrong. */
  over(bytes: Buffer, start: number, end: number, name: string): this {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#name = name;
    return this;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  skip(count: number): void {
    if (count < 0 || count > this.left) throw this.fault('is shorter than what it announces');
    this.#at += count;
  }

  byte(): number {
    this.skip(1);
    return this.#bytes[this.#at - 1] ?? 0;
  }

  int16(): number {
    this.skip(2);
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  int16Le(): number {
    this.skip(2);
    return this.#bytes.readUInt16LE(this.#at - 2);
  }

  /** So many bytes; whether the bit of that number is set in them, counted from the lowest of the first. */
  bits(count: number): (bit: number) => boolean {
    const start = this.#at;
    const bytes = this.#bytes;
    this.skip(count);
    return (bit) => (((bytes[start + (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 1;
  }

  int32(): number {
    this.skip(4);
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  /** Text up to a zero byte. Returns its bytes without that one. */
  terminated(): number {
    const zero = this.#bytes.indexOf(0, this.#at);
    if (zero < 0 || zero >= this.#end) throw this.fault('has a text without an end');
    const length = zero - this.#at;
    this.#at = zero + 1;
    return length;
  }

  /** MySQL's number of 1 to 9 bytes; undefined for NULL. */
  packedNumber(): number | undefined {
    const first = this.byte();
    if (first < 0xfb) return first;
    if (first === 0xfb) return undefined;
    const count = first === 0xfc ? 2 : first === 0xfd ? 3 : 8;
    if (first === 0xff) throw this.fault('has a number that is none');
    let value = 0;
    this.skip(count);
    for (let index = 1; index <= count; index += 1) value = value * 256 + (this.#bytes[this.#at - index] ?? 0);
    return value;
  }

  /** MySQL's text with its length before it, or NULL. */
  packedText(): void {
    this.skip(this.packedNumber() ?? 0);
  }

  text(): string {
    return this.#bytes.toString('latin1', this.#at, this.#end);
  }

  endsHere(): void {
    if (this.left !== 0) throw this.fault('is longer than what it holds');
  }

  fault(what: string): FrameFault {
    return new FrameFault(`${oneOf(this.#name)} that ${what}`);
  }
}
