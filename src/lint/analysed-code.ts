import type { CodeAnalysis } from '../declarations/code/analyse.ts';
import type { CodeFile } from '../declarations/code/code-file.ts';

/** A file of JavaScript or TypeScript, read once for all rules. */
export interface AnalysedCode extends CodeAnalysis {
  readonly file: CodeFile;
}
