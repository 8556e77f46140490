import { analyseCode } from '../declarations/code/analyse.ts';
import { parseCode } from '../declarations/code/parse.ts';
import { whyNotCode } from '../declarations/code/readable.ts';
import type { FileNote } from '../declarations/text-file.ts';
import type { AnalysedCode } from './analysed-code.ts';
import { hostOf } from './host.ts';
import type { FileContext } from './project.ts';

/** Whether a file of that name holds JavaScript or TypeScript that runs. */
export function isCode(path: string): boolean {
  return /(?<!\.d)\.[cm]?[jt]sx?$/.test(path);
}

/** Reads a file of code for all rules; no code where it cannot be parsed. */
export function readCode(
  text: string,
  path: string,
  context: FileContext,
): { readonly code?: AnalysedCode; readonly notes: readonly FileNote[] } {
  const file = parseCode(path, text);
  if (!file)
    return { notes: [{ file: path, text: `${whyNotCode(text) ?? 'it has a syntax error'}, so it was not read` }] };
  const analysis = analyseCode(file, hostOf(context));
  return {
    code: {
      file,
      get pools() {
        return analysis.pools;
      },
      get notes() {
        return analysis.notes;
      },
      libraryObject: (expression, inFile) => analysis.libraryObject(expression, inFile),
      functionOf: (expression, inFile) => analysis.functionOf(expression, inFile),
      valueOf: (expression) => analysis.valueOf(expression),
    },
    notes: analysis.notes.map(({ place, text: note }) => ({ file: place.file, line: place.line, text: note })),
  };
}
