import { parseDurationMs } from '../base/units.ts';
import { measuredLine, parseIn, refuseEmpty } from './lines.ts';

const hint = 'A file of samples has one hold time a line: 300, 300ms or 0.3s.';

/** The bytes of a file from its start, each time that they are asked for. */
export type Chunks = () => Iterable<Uint8Array>;

const [newline, carriageReturn, point, zero, nine] = [10, 13, 46, 48, 57];

/**
 * Hold times in ms, one a line, sorted. The file is read twice, first to count its lines, so that ten million of them take
 * eight bytes each.
 */
export function parseSamples(chunks: Chunks, file: string): Float64Array {
  const samples = new Float64Array(countLines(chunks()));
  let [count, line] = [0, 0];
  eachLine(chunks(), (bytes, start, end) => {
    line += 1;
    const ms = plainNumber(bytes, start, end) ?? written(bytes.subarray(start, end), line, file);
    if (ms === undefined) return;
    samples[count] = ms;
    count += 1;
  });
  if (count === 0) refuseEmpty(file, hint);
  return samples.subarray(0, count).sort();
}

function countLines(chunks: Iterable<Uint8Array>): number {
  let lines = 1;
  for (const chunk of chunks) {
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines += 1;
  }
  return lines;
}

/** Lines without their newlines, each as a stretch of bytes. */
function eachLine(chunks: Iterable<Uint8Array>, take: (bytes: Uint8Array, start: number, end: number) => void): void {
  let rest = new Uint8Array(0);
  for (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      if (rest.length > 0) {
        const line = joined(rest, chunk.subarray(0, end));
        take(line, 0, line.length);
        rest = new Uint8Array(0);
      } else take(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) rest = joined(rest, chunk.subarray(start));
  }
  if (rest.length > 0) take(rest, 0, rest.length);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Numbers up to that many digits are exact as an integer and a power of ten. */
const mostDigits = 15;
const longestMs = 2 ** 31 - 1;
const tens = Array.from({ length: mostDigits + 1 }, (_, power) => 10 ** power);

/** A line of digits with at most one point, above 0 and no longer than a time may be; undefined for any other one. */
function plainNumber(bytes: Uint8Array, start: number, lineEnd: number): number | undefined {
  const end = bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
  let [value, digits, decimals] = [0, 0, -1];
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= zero && byte <= nine) {
      value = value * 10 + byte - zero;
      digits += 1;
      if (decimals >= 0) decimals += 1;
    } else if (byte === point && decimals < 0 && digits > 0) decimals = 0;
    else return undefined;
  }
  if (digits === 0 || digits > mostDigits || decimals === 0) return undefined;
  const ms = decimals > 0 ? value / (tens[decimals] ?? 1) : value;
  return ms > 0 && ms <= longestMs ? ms : undefined;
}

/** A line as a person writes it, with a unit or a remark. */
function written(bytes: Uint8Array, number: number, file: string): number | undefined {
  const line = measuredLine(new TextDecoder().decode(bytes).replace(/\r$/, ''), number, file);
  return line && parseIn(line, line.text, parseDurationMs);
}
