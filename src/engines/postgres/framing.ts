import { Allowance, longestLoadMessageBytes, longestMessageBytes } from '../framing/allowance.ts';
import { Body } from '../framing/body.ts';
import { FrameFault, oneOf } from '../framing/fault.ts';
import { Messages } from '../framing/messages.ts';

const headerBytes = 5;
/** PostgreSQL's MaxTupleAttributeNumber. */
const mostColumns = 1_664;

/** Names of the manual's chapter "Message Formats", for messages that a client of SQL can get. */
const names: Readonly<Record<string, string>> = {
  R: 'Authentication',
  S: 'ParameterStatus',
  K: 'BackendKeyData',
  Z: 'ReadyForQuery',
  E: 'ErrorResponse',
  N: 'NoticeResponse',
  T: 'RowDescription',
  D: 'DataRow',
  C: 'CommandComplete',
  I: 'EmptyQueryResponse',
  A: 'NotificationResponse',
  t: 'ParameterDescription',
  G: 'CopyInResponse',
  H: 'CopyOutResponse',
  d: 'CopyData',
  c: 'CopyDone',
  1: 'ParseComplete',
  2: 'BindComplete',
  3: 'CloseComplete',
  n: 'NoData',
  s: 'PortalSuspended',
};
const nameOfType = Array.from({ length: 256 }, (_, type) => names[String.fromCharCode(type)]);

/**
 * Checks what a PostgreSQL server sends before pg reads it: pg trusts lengths, counts and ends of texts. A session that asks
 * poolctl's own questions also has an allowance of bytes; a load has none.
 */
export class PostgresFraming {
  readonly #messages: Messages;
  readonly #allowance: Allowance | undefined;
  readonly #body = new Body();
  readonly #check = (bytes: Buffer, start: number, end: number) => this.#checkMessage(bytes, start, end);
  /** Of the rows that may come now; -1 where none may. */
  #columns = -1;

  constructor(kind: 'questions' | 'load') {
    this.#allowance = kind === 'questions' ? new Allowance() : undefined;
    const longest = kind === 'questions' ? longestMessageBytes : longestLoadMessageBytes;
    this.#messages = new Messages(headerBytes, (bytes, start) => {
      const name = nameOfType[bytes[start] ?? 0];
      if (name === undefined) throw new FrameFault('a message of no known type');
      const length = bytes.readUInt32BE(start + 1);
      if (length < 4) throw new FrameFault(`${oneOf(name)} that announces less than its own length`);
      if (length > longest) throw new FrameFault(`${oneOf(name)} that announces ${Math.round(length / 2 ** 20)} MB`);
      return length + 1;
    });
  }

  /** The messages that are whole now, checked. @throws FrameFault */
  take(chunk: Buffer): Buffer {
    this.#allowance?.take(chunk.length);
    return this.#messages.take(chunk, this.#check);
  }

  #checkMessage(bytes: Buffer, start: number, end: number): void {
    const type = bytes[start] ?? 0;
    const body = this.#body.over(bytes, start + headerBytes, end, nameOfType[type] ?? '');
    switch (type) {
      case 0x44: // D
        this.#row(body);
        break;
      case 0x43: // C
        this.#columns = -1;
        body.terminated();
        break;
      case 0x5a: // Z
        this.#columns = -1;
        this.#allowance?.answered();
        body.skip(1);
        break;
      case 0x54: // T
        this.#columnsOf(body);
        break;
      case 0x45: // E
      case 0x4e: // N
        while (body.byte() !== 0) body.terminated();
        break;
      case 0x41: // A
        body.skip(4);
        body.terminated();
        body.terminated();
        break;
      case 0x53: // S
        body.terminated();
        body.terminated();
        break;
      case 0x52: // R
        checkAuthentication(body);
        break;
      case 0x4b: // K: since protocol 3.2 with a secret of 4 to 256 bytes.
        body.skip(8);
        if (body.left <= 252) body.skip(body.left);
        break;
      case 0x47: // G
      case 0x48: // H
        body.skip(1);
        body.skip(body.int16() * 2);
        break;
      case 0x74: // t
        body.skip((body.int16() & 0xffff) * 4);
        break;
      case 0x64: // d
        body.skip(body.left);
        break;
      default:
    }
    body.endsHere();
  }

  #columnsOf(body: Body): void {
    const count = body.int16();
    if (count < 0 || count > mostColumns) throw body.fault('has a number of columns that no table has');
    for (let column = 0; column < count; column += 1) {
      body.terminated();
      body.skip(18);
    }
    this.#columns = count;
  }

  #row(body: Body): void {
    this.#allowance?.row();
    const count = body.int16();
    if (count !== this.#columns) throw body.fault('has other columns than were announced');
    for (let column = 0; column < count; column += 1) {
      const length = body.int32();
      if (length !== -1) body.skip(length);
    }
  }
}

/** As many as OWASP asks for of PBKDF2 with SHA-256 are below it; PostgreSQL's default is 4,096. */
const mostIterations = 1_000_000;

function checkAuthentication(body: Body): void {
  switch (body.int32()) {
    case 0:
    case 3:
      break;
    case 5:
      body.skip(4);
      break;
    case 10:
      while (body.terminated() > 0);
      break;
    case 11: {
      const iterations = Number(/(?:^|,)i=(\d+)/.exec(body.text())?.[1] ?? 0);
      if (iterations > mostIterations) throw body.fault('asks for a login that would take minutes');
      body.skip(body.left);
      break;
    }
    case 12:
      body.skip(body.left);
      break;
    default:
      throw body.fault('asks for a way to log in that poolctl does not have');
  }
}
