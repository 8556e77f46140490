import { analyseCode } from '../declarations/code/analyse.ts';
import type { CodeHost } from '../declarations/code/code-host.ts';
import { parseCode } from '../declarations/code/parse.ts';
import { mayUseLibrary } from '../declarations/code/prefilter.ts';
import type { FileNote } from '../declarations/text-file.ts';
import type { AnalysedCode } from './analysed-code.ts';
import type { FileContext, ProjectFiles } from './project.ts';

/** Whether a file of that name holds JavaScript or TypeScript that runs. */
export function isCode(path: string): boolean {
  return /(?<!\.d)\.[cm]?[jt]sx?$/.test(path);
}

/** Reads a file of code for all rules; no code where it speaks of no database library, or cannot be parsed. */
export function readCode(
  text: string,
  path: string,
  { files, environment, versionOf }: FileContext,
): { readonly code?: AnalysedCode; readonly notes: readonly FileNote[] } {
  if (!mayUseLibrary(text)) return { notes: [] };
  const file = parseCode(path, text);
  if (!file) return { notes: [{ file: path, text: 'it has a syntax error, so it was not read' }] };
  const analysis = analyseCode(file, hostOf({ files, environment, versionOf }));
  return {
    code: {
      file,
      get pools() {
        return analysis.pools;
      },
      get notes() {
        return analysis.notes;
      },
      libraryObject: (expression) => analysis.libraryObject(expression),
      valueOf: (expression) => analysis.valueOf(expression),
    },
    notes: analysis.notes.map(({ place, text: note }) => ({ file: place.file, line: place.line, text: note })),
  };
}

/** One host for all files of a run: it keeps the imports that are parsed. */
const hosts = new WeakMap<ProjectFiles, CodeHost>();
function hostOf({ files, environment, versionOf }: Pick<FileContext, 'files' | 'environment' | 'versionOf'>): CodeHost {
  const known = hosts.get(files);
  if (known) return known;
  const read = (name: string) => files.read(name);
  const exists = (name: string) => files.exists(name);
  const host = { read, exists, environment, versionOf };
  hosts.set(files, host);
  return host;
}
