/** What must be done when the servers are needed no more. */
export class Cleanup {
  readonly #works: (() => Promise<void>)[] = [];

  atEnd(work: () => Promise<void>): void {
    this.#works.push(work);
  }

  readonly run = async (): Promise<void> => {
    const results = await Promise.allSettled(this.#works.splice(0).map((work) => work()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };
}
