import { wrap } from '../base/wrap.ts';

/** Facts as lines of a comment, within 80 columns with its mark. */
export function asComments(facts: readonly string[]): string[] {
  return facts.flatMap((fact) => wrap(fact, 76));
}
