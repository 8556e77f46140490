import { runningInterposition } from './interpose.ts';

/** A stack that is written out only when somebody reads it. */
export class BorrowerStack {
  readonly #holder: { readonly stack?: unknown } = {};

  /** Frames up to and with this function are left out. */
  constructor(above: (...args: never[]) => unknown) {
    Error.captureStackTrace(this.#holder, above);
  }

  /** Undefined where the application has turned stacks off. */
  get text(): string | undefined {
    const { stack } = this.#holder;
    const frames = typeof stack === 'string' ? stack.slice(stack.indexOf('\n') + 1) : '';
    return frames.trim() === '' || !String(stack).includes('\n') ? undefined : frames;
  }
}

/** Who called the method of the pool that is running now. */
export function borrowerStack(): BorrowerStack {
  return new BorrowerStack(runningInterposition() ?? borrowerStack);
}
