import { parseSync } from 'oxc-parser';
import type { CodeFile, Node } from './code-file.ts';
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
    preserveParens: false,
  });
  if (errors.some(({ severity }) => severity === 'Error') || (program.body.length === 0 && errors.length > 0))
    return undefined;
  let parents: ReadonlyMap<Node, Node> | undefined;
  return {
    path,
    text,
    program,
    comments,
    spanOf: placeFinder(path, text),
    parentOf(node) {
      parents ??= parentsIn(program);
      return parents.get(node);
    },
  };
}
