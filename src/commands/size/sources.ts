import type { Sourced } from '../../cli/options.ts';

/** Where each value of the input came from, by its path in SizeInput. */
export class Sources {
  readonly byPath: Record<string, string> = {};

  /** Notes the source and gives the value back. */
  take<T>(path: string, sourced: Sourced<T> | undefined): T | undefined {
    if (sourced) this.byPath[path] = sourced.source;
    return sourced?.value;
  }
}
