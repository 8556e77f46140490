import { parseCode } from '../declarations/code/parse.ts';
import type { AnalysedCode } from './analysed-code.ts';
import type { FileContext, Note } from './project.ts';

/** Whether a file of that name holds JavaScript or TypeScript. */
export function isCode(path: string): boolean {
  return /(?<!\.d)\.[cm]?[jt]sx?$/.test(path);
}

/** Reads a file of code for all rules; no code where it speaks of no database library, or cannot be parsed. */
export function analyseCode(
  text: string,
  path: string,
  _context: FileContext,
): { readonly code?: AnalysedCode; readonly notes: readonly Note[] } {
  const file = parseCode(path, text);
  if (!file) return { notes: [{ file: path, why: 'it has a syntax error' }] };
  return { code: { file, pools: [] }, notes: [] };
}
