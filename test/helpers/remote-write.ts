/**
 * Sends native histograms, which no text of /metrics has, to a Prometheus by remote write 1.0: protobuf by hand, and snappy
 * without compression.
 */
export async function writeNative(
  port: number,
  labels: Readonly<Record<string, string>>,
  samples: readonly NativeSample[],
): Promise<void> {
  const series = Buffer.concat([
    ...Object.keys(labels)
      .sort()
      .map((name) => message(1, [message(1, [Buffer.from(name)]), message(2, [Buffer.from(labels[name] ?? '')])])),
    ...samples.map(histogram),
  ]);
  const body = uncompressed(message(1, [series]));
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body,
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}

export interface NativeSample {
  readonly atMs: number;
  /** How often each value was seen, in all. */
  readonly counts: ReadonlyMap<number, number>;
  readonly schema: number;
}

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
const zigzag = (value: number) => varint(value < 0 ? -2 * value - 1 : 2 * value);
const tag = (field: number, wire: number) => varint(field * 8 + wire);
const number = (field: number, value: number) => Buffer.concat([tag(field, 0), varint(value)]);
const signed = (field: number, value: number) => Buffer.concat([tag(field, 0), zigzag(value)]);
const message = (field: number, parts: readonly Buffer[]) => {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([tag(field, 2), varint(bytes.length), bytes]);
};
const double = (field: number, value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(field, 1), bytes]);
};

/** Bucket i of schema s holds what is above b^(i-1) and not above b^i, with b = 2^(2^-s). */
function histogram({ atMs, counts, schema }: NativeSample): Buffer {
  const buckets = new Map<number, number>();
  for (const [value, count] of counts) {
    const index = Math.ceil(Math.log2(value) * 2 ** schema - 1e-9);
    buckets.set(index, (buckets.get(index) ?? 0) + count);
  }
  const indices = [...buckets.keys()].sort((a, b) => a - b);
  // A span each; deltas from one bucket to the next.
  const spans = indices.map((index, at) => {
    const before = indices[at - 1];
    return message(11, [signed(1, before === undefined ? index : index - before - 1), number(2, 1)]);
  });
  const deltas = indices.map((index, at) =>
    zigzag((buckets.get(index) ?? 0) - (buckets.get(indices[at - 1] ?? Number.NaN) ?? 0)),
  );
  const [count, sum] = [...counts].reduce(([all, total], [value, some]) => [all + some, total + value * some], [0, 0]);
  return message(4, [
    ...[number(1, count), double(3, sum), signed(4, schema), double(5, 1e-9), number(6, 0)],
    ...[...spans, message(12, deltas), number(15, atMs)],
  ]);
}

function uncompressed(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const chunk = bytes.subarray(at, at + 65_536);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(chunk.length - 1, 1);
    parts.push(head, chunk);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
