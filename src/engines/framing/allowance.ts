import { FrameFault } from './fault.ts';

const megabyte = 1024 * 1024;

/** The longest message that poolctl's own questions can lead to: lists of ages take 1 MB. */
export const longestMessageBytes = 8 * megabyte;
/** A load may fetch whole documents. */
export const longestLoadMessageBytes = 256 * megabyte;
const answerMegabytes = 16;
const mostRows = 100_000;
const sessionMegabytes = 64;
const eachAnswerMegabytes = 1;

/** How much a server may send to one session that asks poolctl's own questions: per answer, and in all. */
export class Allowance {
  #answerBytes = 0;
  #rows = 0;
  #sessionBytes = 0;
  #answers = 0;

  take(bytes: number): void {
    this.#answerBytes += bytes;
    this.#sessionBytes += bytes;
    if (this.#answerBytes > answerMegabytes * megabyte) {
      throw new FrameFault(`more than ${answerMegabytes} MB in one answer`);
    }
    if (this.#sessionBytes > (sessionMegabytes + eachAnswerMegabytes * this.#answers) * megabyte) {
      throw new FrameFault(`more than ${sessionMegabytes} MB in ${this.#answers} answers`);
    }
  }

  row(): void {
    this.#rows += 1;
    if (this.#rows > mostRows) throw new FrameFault(`more than ${mostRows.toLocaleString('en')} rows in one answer`);
  }

  answered(): void {
    this.#answers += 1;
    this.#answerBytes = 0;
    this.#rows = 0;
  }
}
