import { Allowance, longestMessageBytes } from '../framing/allowance.ts';
import { Body } from '../framing/body.ts';
import { FrameFault } from '../framing/fault.ts';
import { Messages } from '../framing/messages.ts';
import { checkBinaryRow } from './binary-row.ts';

const headerBytes = 4;
const longestLoginBytes = 65_536;
/** What is as long goes on in the next message. */
const fullMessageBytes = 0xffffff;
/** MySQL's and MariaDB's limit of columns in a table or an answer. */
const mostColumns = 4_096;
const okMark = 0x00;
const fileMark = 0xfb;
const eofMark = 0xfe;
const errorMark = 0xff;
const geometryType = 0xff;
/** CLIENT_SESSION_TRACK, in the third byte of what the server can; and SERVER_SESSION_STATE_CHANGED, in the second of its status. */
const trackSession = 0x80;
const sessionChanged = 0x40;
/** The first byte of a command whose answer is not a plain one. */
const commands = { prepare: 0x16, execute: 0x17, close: 0x19 } as const;

type Phase = 'greeting' | 'login' | 'answer' | 'prepared' | 'definitions' | 'columns' | 'end of columns' | 'rows';

/**
 * Checks what a MySQL or MariaDB server sends before mysql2 reads it: the login, and then answers to commands. A session
 * that asks poolctl's own questions also has an allowance of bytes; a load has none.
 */
export class MysqlFraming {
  readonly #kind: 'questions' | 'load';
  readonly #messages: Messages;
  readonly #allowance: Allowance | undefined;
  readonly #body = new Body();
  readonly #hasExtendedColumns: () => boolean;
  #phase: Phase = 'greeting';
  #tracksSession = false;
  #isBinary = false;
  #goesOn = false;
  /** Of each column of the rows that come. */
  #types: number[] = [];
  #columns = 0;
  /** Of a prepared statement: definitions of parameters that still come, and of columns after them. */
  #definitions: number[] = [];

  /** `hasExtendedColumns`: columns have MariaDB's additional metadata. */
  constructor(kind: 'questions' | 'load', hasExtendedColumns: () => boolean) {
    this.#kind = kind;
    this.#allowance = kind === 'questions' ? new Allowance() : undefined;
    this.#hasExtendedColumns = hasExtendedColumns;
    this.#messages = new Messages(headerBytes, (bytes, start) => this.#lengthOf(bytes.readUIntLE(start, 3)));
  }

  /** Notes what the client asks, by the first byte of its command: the shape of an answer depends on it. */
  asks(command: number): void {
    if (this.#isLoggingIn || command === commands.close) return;
    this.#phase = command === commands.prepare ? 'prepared' : 'answer';
    this.#isBinary = command === commands.execute;
  }

  /** The messages that are whole now, checked; `handOn` gets each. @throws FrameFault */
  take(chunk: Buffer, handOn?: (message: Buffer) => void): Buffer {
    this.#allowance?.take(chunk.length);
    return this.#messages.take(chunk, (bytes, start, end) => {
      const isFull = end - start - headerBytes === fullMessageBytes;
      if (!isFull && !this.#goesOn) this.#check(bytes, start + headerBytes, end);
      this.#goesOn = isFull;
      handOn?.(bytes.subarray(start, end));
    });
  }

  get #isLoggingIn(): boolean {
    return this.#phase === 'greeting' || this.#phase === 'login';
  }

  #lengthOf(length: number): number {
    if (length === 0 && !this.#goesOn) throw new FrameFault('a message without a content');
    const longest = this.#isLoggingIn ? longestLoginBytes : longestMessageBytes;
    if (length > longest && (this.#isLoggingIn || this.#kind === 'questions')) {
      throw new FrameFault(`a message that announces ${Math.ceil(length / 2 ** 20)} MB`);
    }
    return headerBytes + length;
  }

  #check(bytes: Buffer, start: number, end: number): void {
    const mark = bytes[start] ?? 0;
    const body = this.#body.over(bytes, start, end, 'message');
    if (mark === errorMark && this.#phase !== 'columns' && this.#phase !== 'definitions') {
      body.skip(3);
      if (!this.#isLoggingIn) this.#answered();
      return;
    }
    const isEnd = mark === eofMark && body.left < 9;
    switch (this.#phase) {
      case 'greeting':
        this.#greeting(body);
        break;
      case 'login':
        this.#login(mark, body);
        break;
      case 'answer':
        this.#answer(mark, body);
        break;
      case 'prepared':
        this.#prepared(mark, body);
        break;
      case 'definitions':
        if (isEnd) this.#nextDefinitions();
        else this.#definition(body);
        break;
      case 'columns':
        this.#types.push(this.#column(body));
        if (this.#types.length === this.#columns) this.#phase = 'end of columns';
        break;
      case 'end of columns':
        if (!isEnd) throw body.fault('comes before the end of the columns');
        body.skip(5);
        this.#phase = 'rows';
        break;
      case 'rows':
        if (isEnd) {
          body.skip(5);
          this.#answered();
        } else this.#row(body);
        break;
      default:
        this.#phase satisfies never;
    }
  }

  /** Version, session, salt, what the server can; then a filler, the rest of the salt, and the way to log in. */
  #greeting(body: Body): void {
    if (body.byte() !== 10) throw body.fault('is a greeting of no known version');
    if (body.terminated() > 255) throw body.fault('has a version that is none');
    body.skip(18);
    this.#tracksSession = (body.byte() & trackSession) !== 0;
    body.skip(12);
    this.#phase = 'login';
  }

  #login(mark: number, body: Body): void {
    if (mark === okMark) this.#done(body);
    // More of the login, by the same plugin, another one, or one more.
    else if (mark !== 0x01 && mark !== 0x02 && mark !== eofMark) throw body.fault('is none of a login');
  }

  #answer(mark: number, body: Body): void {
    if (mark === okMark) {
      this.#done(body);
      return;
    }
    if (mark === fileMark) throw body.fault('asks for a file of this machine');
    const columns = body.packedNumber() ?? 0;
    if (columns < 1 || columns > mostColumns) throw body.fault('has a number of columns that no table has');
    body.endsHere();
    this.#columns = columns;
    this.#types = [];
    this.#phase = 'columns';
  }

  /** Its id, how many columns it answers, and how many parameters it takes, which are described first. */
  #prepared(mark: number, body: Body): void {
    if (mark !== okMark) throw body.fault('is no prepared statement');
    body.skip(5);
    const columns = body.int16Le();
    this.#definitions = [body.int16Le(), columns].filter((count) => count > 0);
    body.skip(1);
    if (this.#definitions.length === 0) this.#answered();
    else this.#phase = 'definitions';
  }

  #definition(body: Body): void {
    const [left = 0, ...rest] = this.#definitions;
    if (left === 0) throw body.fault('comes before the end of the columns');
    this.#column(body);
    this.#definitions = [left - 1, ...rest];
  }

  #nextDefinitions(): void {
    this.#definitions.shift();
    if (this.#definitions.length === 0) this.#answered();
  }

  /** Six texts, then numbers, of which the type is returned. */
  #column(body: Body): number {
    for (let text = 0; text < 6; text += 1) body.packedText();
    if (this.#hasExtendedColumns()) body.packedText();
    body.skip(7);
    const type = body.byte();
    // poolctl asks for numbers and texts; a shape has a structure of its own.
    if (type === geometryType && this.#kind === 'questions') throw body.fault('is of a kind that was not asked for');
    body.skip(5);
    return type;
  }

  #row(body: Body): void {
    this.#allowance?.row();
    if (this.#isBinary) checkBinaryRow(body, this.#types);
    else for (let column = 0; column < this.#columns; column += 1) body.packedText();
    body.endsHere();
  }

  /** Rows, id, status, warnings, a remark; then, where the session has changed, by what: kinds with texts. */
  #done(body: Body): void {
    body.skip(1);
    body.packedNumber();
    body.packedNumber();
    body.skip(1);
    const hasChanged = (body.byte() & sessionChanged) !== 0;
    body.skip(2);
    if (this.#tracksSession && hasChanged && body.left > 0) {
      body.packedText();
      if (body.left > 0 && body.packedNumber() !== body.left) throw body.fault('is shorter than what it announces');
      while (body.left > 0) {
        body.skip(1);
        body.packedText();
      }
    }
    this.#answered();
  }

  #answered(): void {
    this.#phase = 'answer';
    this.#allowance?.answered();
  }
}
