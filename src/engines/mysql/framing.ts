import { Allowance, longestMessageBytes } from '../framing/allowance.ts';
import { Body } from '../framing/body.ts';
import { FrameFault } from '../framing/fault.ts';
import { Messages } from '../framing/messages.ts';

const headerBytes = 4;
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

type Phase = 'greeting' | 'login' | 'answer' | 'columns' | 'end of columns' | 'rows';

/**
 * Checks what a MySQL or MariaDB server sends before mysql2 reads it: the login, and then answers to statements in plain
 * text. `extended`: columns have MariaDB's additional metadata.
 */
export class MysqlFraming {
  readonly #messages: Messages;
  readonly #allowance: Allowance | undefined;
  readonly #body = new Body();
  readonly #hasExtendedColumns: () => boolean;
  #phase: Phase = 'greeting';
  #columns = 0;
  #columnsLeft = 0;
  #tracksSession = false;

  constructor(kind: 'questions' | 'load', hasExtendedColumns: () => boolean) {
    this.#allowance = kind === 'questions' ? new Allowance() : undefined;
    this.#hasExtendedColumns = hasExtendedColumns;
    this.#messages = new Messages(headerBytes, (bytes, start) => {
      const length = bytes.readUIntLE(start, 3);
      if (length === 0) throw new FrameFault('a message without a content');
      if (length > (this.isLoggingIn ? longestLoginBytes : longestMessageBytes)) {
        throw new FrameFault(`a message that announces ${Math.ceil(length / 2 ** 20)} MB`);
      }
      return headerBytes + length;
    });
  }

  get isLoggingIn(): boolean {
    return this.#phase === 'greeting' || this.#phase === 'login';
  }

  /** Hands on each message that is whole now, checked. @throws FrameFault */
  take(chunk: Buffer, handOn: (message: Buffer) => void): void {
    this.#allowance?.take(chunk.length);
    this.#messages.take(chunk, (bytes, start, end) => {
      this.#check(bytes, start + headerBytes, end);
      handOn(bytes.subarray(start, end));
    });
  }

  #check(bytes: Buffer, start: number, end: number): void {
    const mark = bytes[start] ?? 0;
    const body = this.#body.over(bytes, start, end, `message in the phase "${this.#phase}"`);
    if (mark === errorMark && this.#phase !== 'columns') {
      body.skip(3);
      if (!this.isLoggingIn) this.#answered();
      return;
    }
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
      case 'columns':
        this.#column(body);
        break;
      case 'end of columns':
        if (mark !== eofMark || body.left >= 9) throw body.fault('comes too early');
        body.skip(5);
        this.#phase = 'rows';
        break;
      case 'rows':
        this.#row(mark, body);
        break;
      default:
        this.#phase satisfies never;
    }
  }

  /** Version, session, salt, what the server can; then a filler, the rest of the salt, and the way to log in. */
  #greeting(body: Body): void {
    if (body.byte() !== 10) throw body.fault('is of no known version');
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
    this.#columnsLeft = columns;
    this.#phase = 'columns';
  }

  #column(body: Body): void {
    for (let text = 0; text < 6; text += 1) body.packedText();
    if (this.#hasExtendedColumns()) body.packedText();
    body.skip(7);
    // poolctl asks for numbers and texts; a shape has a structure of its own.
    if (body.byte() === geometryType) throw body.fault('is of a kind that was not asked for');
    body.skip(5);
    this.#columnsLeft -= 1;
    if (this.#columnsLeft === 0) this.#phase = 'end of columns';
  }

  #row(mark: number, body: Body): void {
    if (mark === eofMark && body.left < 9) {
      body.skip(5);
      this.#answered();
      return;
    }
    this.#allowance?.row();
    for (let column = 0; column < this.#columns; column += 1) body.packedText();
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

const longestLoginBytes = 65_536;
