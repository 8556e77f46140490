import { analyseCode } from '../declarations/code/analyse.ts';
import type { CodeFile } from '../declarations/code/code-file.ts';
import type { CodeHost } from '../declarations/code/code-host.ts';
import { modulesOf } from '../declarations/code/modules.ts';
import { parseCode } from '../declarations/code/parse.ts';
import { whyNotCode } from '../declarations/code/readable.ts';
import type { FileNote } from '../declarations/text-file.ts';
import type { AnalysedCode } from './analysed-code.ts';
import { withNames } from './by-name.ts';
import { hostOf } from './host.ts';
import { isCode } from './kinds.ts';
import type { FileContext, Project } from './project.ts';

/** Reads a file of code for all rules; no code where it cannot be parsed. */
export function readCode(
  text: string,
  path: string,
  context: FileContext,
): { readonly code?: AnalysedCode; readonly notes: readonly FileNote[] } {
  const file = parseCode(path, text);
  if (!file)
    return { notes: [{ file: path, text: `${whyNotCode(text) ?? 'it has a syntax error'}, so it was not read` }] };
  const code = analysed(file, context);
  return {
    code,
    notes: code.notes.map(({ place, text: note }) => ({ file: place.file, line: place.line, text: note })),
  };
}

type Around = Pick<FileContext, 'files' | 'environment' | 'isAudit'>;

const analyses = new WeakMap<CodeFile, { readonly host: CodeHost; readonly code: AnalysedCode }>();

/** What is worked out for the rules of a file serves those of the project. */
function analysed(file: CodeFile, context: Around): AnalysedCode {
  const host = hostOf(context);
  const before = analyses.get(file);
  if (before?.host === host) return before.code;
  const code = analysedNow(file, host, context);
  analyses.set(file, { host, code });
  return code;
}

function analysedNow(file: CodeFile, host: CodeHost, context: Around): AnalysedCode {
  const analysis = analyseCode(file, host);
  const code: AnalysedCode = {
    file,
    get pools() {
      return analysis.pools;
    },
    get notes() {
      return analysis.notes;
    },
    libraryObject: (expression, inFile) => analysis.libraryObject(expression, inFile),
    functionOf: (expression, inFile) => analysis.functionOf(expression, inFile),
    packageOf: (expression, inFile) => analysis.packageOf(expression, inFile),
    valueOf: (expression) => analysis.valueOf(expression),
  };
  return context.isAudit ? withNames(code) : code;
}

const read = new WeakMap<Project, Map<string, AnalysedCode | undefined>>();

/** A file of code for rules on the project, read once for all of them; undefined where it cannot be. */
export function codeOf(path: string, project: Project): AnalysedCode | undefined {
  const known = read.get(project) ?? new Map<string, AnalysedCode | undefined>();
  read.set(project, known);
  if (!known.has(path)) known.set(path, opened(path, project));
  return known.get(path);
}

function opened(path: string, project: Project): AnalysedCode | undefined {
  try {
    const file = isCode(path) ? modulesOf(hostOf(project)).open(path)?.file : undefined;
    return file && analysed(file, project);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
