import { Buffer } from 'node:buffer';
import { deflateSync, inflateSync } from 'node:zlib';
import { countsLength, highestTrackable, lowestDiscernible, significantDigits } from './hdr-layout.ts';

// AbstractHistogram.java: encodeIntoByteBuffer, encodeIntoCompressedByteBuffer; 0x10 says that counts are LEB128.
const plainCookie = 0x1c849303 | 0x10;
const compressedCookie = 0x1c849304 | 0x10;
const headerBytes = 40;
const longestWord = 9;

/** The counts up to the last that is not zero. */
export function encodeCounts(counts: Float64Array): string {
  const words = wordsOf(counts);
  const header = Buffer.alloc(headerBytes);
  header.writeInt32BE(plainCookie, 0);
  header.writeInt32BE(words.length, 4);
  header.writeInt32BE(0, 8); // normalizing index offset
  header.writeInt32BE(significantDigits, 12);
  header.writeBigInt64BE(BigInt(lowestDiscernible), 16);
  header.writeBigInt64BE(BigInt(highestTrackable), 24);
  header.writeDoubleBE(1, 32); // ratio of values to integers
  const body = deflateSync(Buffer.concat([header, words]));
  const front = Buffer.alloc(8);
  front.writeInt32BE(compressedCookie, 0);
  front.writeInt32BE(body.length, 4);
  return Buffer.concat([front, body]).toString('base64');
}

/** Calls back with each count that is not zero. */
export function decodeCounts(text: string, found: (index: number, count: number) => void): void {
  const words = wordsIn(inflated(Buffer.from(text, 'base64')));
  let at = 0;
  let index = 0;
  while (at < words.length) {
    const { value, next } = readWord(words, at);
    at = next;
    if (value < 0) {
      index -= value;
      continue;
    }
    if (index >= countsLength) throw broken('it holds values beyond an hour');
    if (value > 0) found(index, value);
    index += 1;
  }
}

function inflated(bytes: Buffer): Buffer {
  if (bytes.length < 8 || bytes.readInt32BE(0) !== compressedCookie) throw broken('its first bytes are others');
  const length = bytes.readInt32BE(4);
  if (length < 0 || bytes.length < 8 + length) throw broken('it ends too early');
  try {
    return inflateSync(bytes.subarray(8, 8 + length), { maxOutputLength: headerBytes + countsLength * longestWord });
  } catch {
    throw broken('it cannot be decompressed');
  }
}

function wordsIn(plain: Buffer): Buffer {
  if (plain.length < headerBytes || plain.readInt32BE(0) !== plainCookie) throw broken('its header is another');
  if (plain.readInt32BE(12) !== significantDigits || plain.readBigInt64BE(16) !== BigInt(lowestDiscernible)) {
    throw broken('its values are not whole units with three significant digits');
  }
  const length = plain.readInt32BE(4);
  if (length < 0 || plain.length < headerBytes + length) throw broken('it ends too early');
  return plain.subarray(headerBytes, headerBytes + length);
}

function broken(why: string): Error {
  return new Error(`This is not a histogram in HdrHistogram's compressed V2 form: ${why}.`);
}

/** A count as itself, a stretch of zeros as its negative length. */
function wordsOf(counts: Float64Array): Buffer {
  const bytes: number[] = [];
  for (let index = 0; index < counts.length; ) {
    const start = index;
    while (index < counts.length && counts[index] === 0) index += 1;
    if (index > start) pushWord(bytes, index - start > 1 ? start - index : 0);
    else pushWord(bytes, counts[index++] ?? 0);
  }
  return Buffer.from(bytes);
}

/** Zig-zag, then seven bits a byte, lowest first. By division: counts may be beyond 32 bits. */
function pushWord(bytes: number[], value: number): void {
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readWord(bytes: Buffer, start: number): { value: number; next: number } {
  let sum = 0;
  for (let place = 0; place < longestWord; place += 1) {
    const byte = bytes[start + place];
    if (byte === undefined) throw broken('it ends within a count');
    // The ninth byte has no mark for more of them; counts that need it are beyond what a number holds exactly.
    sum += (place === longestWord - 1 ? byte : byte & 127) * 128 ** place;
    if (byte < 128) return { value: zigZagged(sum), next: start + place + 1 };
  }
  return { value: zigZagged(sum), next: start + longestWord };
}

function zigZagged(sum: number): number {
  const value = sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2;
  if (!Number.isSafeInteger(value)) throw broken('a count is too large');
  return value;
}
