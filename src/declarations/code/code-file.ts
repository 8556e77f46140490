import type { Node, Program } from '@oxc-project/types';
import type { Comment } from 'oxc-parser';
import type { SourceSpan } from '../source-span.ts';

export type { Node, Program } from '@oxc-project/types';

/** A parsed file of JavaScript or TypeScript. */
export interface CodeFile {
  /** Relative to the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  spanOf(span: { readonly start: number; readonly end: number }): SourceSpan;
  /** The node around it; undefined for the program. */
  parentOf(node: Node): Node | undefined;
}
