import { bindingsOf } from '../../declarations/code/bindings.ts';
import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { Variable } from '../../declarations/code/scopes/variable.ts';

/** The variable that an identifier declares or refers to; undefined for globals and keys. */
export function variableAt(file: CodeFile, identifier: Node): Variable | undefined {
  return bindingsOf(file)(identifier);
}
