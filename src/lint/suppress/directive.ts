import type { SourceSpan } from '../../declarations/source-span.ts';

/** What a comment or a label of a file says of rules. */
export interface Directive {
  readonly rules: readonly string[];
  readonly reason: string | undefined;
  /** The lines that it speaks for, the first and the last. */
  readonly from: number;
  readonly to: number;
  /** Where it stands. */
  readonly place: SourceSpan;
}
