import { analyseCode, type CodeAnalysis } from '../../src/declarations/code/analyse.ts';
import type { CodeFile } from '../../src/declarations/code/code-file.ts';
import type { CodeHost } from '../../src/declarations/code/code-host.ts';
import { parseCode } from '../../src/declarations/code/parse.ts';
import type { DeclaredPool } from '../../src/declarations/declared-pool.ts';
import type { Resolved } from '../../src/declarations/value.ts';

/** A project that has these files and, by their names, these variables of the environment. */
export function projectOf(
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, readonly string[]>> = {},
): CodeHost {
  return {
    read: (file) => files[file],
    exists: (file) => Object.hasOwn(files, file),
    environment: {
      valuesOf: (name) =>
        (variables[name] ?? []).map((value) => ({
          kind: 'known',
          value,
          origins: [{ kind: 'env-file', text: '.env' }],
        })),
    },
  };
}

/** The first file of a project, parsed and analysed. */
export function analysed(
  files: Readonly<Record<string, string>>,
  variables?: Readonly<Record<string, readonly string[]>>,
): CodeAnalysis & { file: CodeFile } {
  const [[path, text] = ['', '']] = Object.entries(files);
  const file = parseCode(path, text);
  if (!file) throw new Error(`${path} has a syntax error`);
  return Object.assign(analyseCode(file, projectOf(files, variables)), { file });
}

/** What a pool says, in short: `max 5`, `max ? why`. */
export function optionsOf({ options }: DeclaredPool): string[] {
  return options.map(
    ({ name, value, misplaced }) => `${name} ${shortly(value)}${misplaced === undefined ? '' : ' (misplaced)'}`,
  );
}

export function shortly(value: Resolved): string {
  if (value.kind === 'known') return JSON.stringify(value.value);
  const candidates = value.candidates?.map((one) => JSON.stringify(one.value)).join(' or ');
  return `? ${candidates ?? value.why}`;
}
