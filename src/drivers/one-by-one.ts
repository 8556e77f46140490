/** Makes calls one after the other that would otherwise be made within each other. */
export class OneByOne {
  readonly #due: (() => void)[] = [];
  #isRunning = false;

  /** Calls now, or, from within another call, as soon as that has returned. */
  run(call: () => void): void {
    if (this.#isRunning) {
      this.#due.push(call);
      return;
    }
    this.#isRunning = true;
    try {
      call();
      for (let next = this.#due.shift(); next; next = this.#due.shift()) next();
    } finally {
      this.#isRunning = false;
    }
  }
}
