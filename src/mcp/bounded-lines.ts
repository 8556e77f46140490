import { Buffer } from 'node:buffer';

/** A message that is too long, by the id that its sender waits for; undefined where it could not be found. */
export type TooLong = (id: string | number | undefined) => void;

const newline = 10;
/** What is kept of either end of a message that is too long: some write its id first, others last. */
const endBytes = 1_000;

/** Hands on lines of at most so many bytes. Of a longer one nothing is kept but its ends, which tell who sent it. */
export async function* boundedLines(
  chunks: AsyncIterable<Uint8Array | string>,
  mostBytes: number,
  tooLong: TooLong,
): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk);
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      parts.push(rest.subarray(0, end + 1));
      length += end + 1;
      rest = rest.subarray(end + 1);
      const line = Buffer.concat(parts);
      if (length > mostBytes) tooLong(idIn(line));
      else yield line;
      parts = [];
      length = 0;
    }
    if (rest.length === 0) continue;
    parts.push(rest);
    length += rest.length;
    if (length > mostBytes) parts = endsOf(Buffer.concat(parts));
  }
}

function endsOf(line: Buffer): Buffer[] {
  if (line.length <= 2 * endBytes) return [line];
  return [Buffer.from(line.subarray(0, endBytes)), Buffer.from(line.subarray(-endBytes))];
}

/** Elsewhere an "id" is one of the arguments. */
const first = /^\s*\{(?:\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*,)*\s*"id"\s*:\s*(?:(\d+)|"([^"\\]*)")/;
const last = /"id"\s*:\s*(?:(\d+)|"([^"\\]*)")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/;

function idIn(line: Buffer): string | number | undefined {
  const [start = '', end = ''] = endsOf(line).map(String);
  const [, number, text] = first.exec(start) ?? last.exec(end || start) ?? [];
  return number === undefined ? text : Number(number);
}
