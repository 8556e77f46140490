/** Messages as servers send them, for tests of what reads them. */

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** A message of PostgreSQL; `announced` is a length other than its own. */
export function pgMessage(type: string, body: Buffer | string = '', announced?: number): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(type), int32(announced ?? bytes.length + 4), bytes]);
}

export function rowDescription(...names: readonly string[]): Buffer {
  const columns = names.map((name) => Buffer.concat([Buffer.from(`${name}\0`), Buffer.alloc(18)]));
  return pgMessage('T', Buffer.concat([int16(names.length), ...columns]));
}

export function dataRow(...values: readonly (string | null)[]): Buffer {
  const texts = values.map((value) =>
    value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
  );
  return pgMessage('D', Buffer.concat([int16(values.length), ...texts]));
}

/** A message of MySQL or MariaDB; `announced` is a length other than its own. */
export function mysqlMessage(number: number, body: Buffer, announced = body.length): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(announced, 0, 3);
  head[3] = number;
  return Buffer.concat([head, body]);
}

/** Text of at most 250 bytes with its length before it. */
export function packed(text: string): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]);
}

export const okBody = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
export const eofBody = Buffer.from([0xfe, 0, 0, 2, 0]);

/** The first packet of a server of that version, which tracks no session state. */
export function greetingBody(version = '8.0.36'): Buffer {
  return Buffer.concat([Buffer.from([10]), Buffer.from(`${version}\0`), Buffer.alloc(31), Buffer.from('plugin\0')]);
}

export function columnBody(name: string, type = 0xfd): Buffer {
  const texts = ['def', '', '', '', name, ''].map(packed);
  return Buffer.concat([...texts, Buffer.from([0x0c, 45, 0, 0, 0, 0, 0, type, 0, 0, 0, 0, 0])]);
}
