import { analyze, type ScopeManager } from '@typescript-eslint/scope-manager';
import { parseSync } from 'oxc-parser';
import type { CodeFile, Node, Program } from './code-file.ts';
import { placeFinder } from './lines.ts';
import { whyNotCode } from './readable.ts';
import { parentsIn } from './walk.ts';

/**
 * Parses JavaScript, TypeScript or JSX, by the ending of the path; undefined where it has a syntax error. Code of Flow and
 * JSX in `.js` are read as JSX. Text that a tool has made too large or too deep is not read: `whyNotCode` tells of it.
 */
export function parseCode(path: string, text: string): CodeFile | undefined {
  if (whyNotCode(text) !== undefined) return undefined;
  const lang = /\.[cm]?ts$/.test(path) ? 'ts' : /\.tsx$/.test(path) ? 'tsx' : 'jsx';
  const { program, comments, errors } = parseSync(path, text, {
    lang,
    astType: 'ts',
    range: true,
    preserveParens: false,
  });
  if (errors.some(({ severity }) => severity === 'Error') || (program.body.length === 0 && errors.length > 0))
    return undefined;
  let scopes: ScopeManager | undefined;
  let parents: ReadonlyMap<Node, Node> | undefined;
  return {
    path,
    text,
    program,
    comments,
    get scopes() {
      scopes ??= scopesOf(program);
      return scopes;
    },
    spanOf: placeFinder(path, text),
    parentOf(node) {
      parents ??= parentsIn(program);
      return parents.get(node);
    },
  };
}

/** The types of the scope manager are those of another parser of the same tree. */
function scopesOf(program: Program): ScopeManager {
  return analyze(program as unknown as Parameters<typeof analyze>[0], { sourceType: 'module', lib: [] });
}
