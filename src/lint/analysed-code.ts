import type { CodeFile } from '../declarations/code/code-file.ts';
import type { DeclaredPool } from '../declarations/declared-pool.ts';

/** A file of JavaScript or TypeScript, read once for all rules. */
export interface AnalysedCode {
  readonly file: CodeFile;
  readonly pools: readonly DeclaredPool[];
}
