import { isCi, Unavailable } from './servers/engine.ts';

/** Why a program that a test needs cannot be had, for the test's name; undefined where it is there. In CI that is an error. */
export function missing(program: Promise<unknown>): Promise<string | undefined> {
  return program.then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof Unavailable) || isCi) throw error;
      return error.message;
    },
  );
}
