import type { Variable } from '@typescript-eslint/scope-manager';
import { bindingsOf } from '../../declarations/code/bindings.ts';
import type { CodeFile, Node } from '../../declarations/code/code-file.ts';

/** The variable that an identifier declares or refers to; undefined for globals and keys. */
export function variableAt(file: CodeFile, identifier: Node): Variable | undefined {
  return bindingsOf(file)(identifier);
}

/** The nodes of scope-manager are those of our tree; only their types come from another package. */
export function ourNode(node: object): Node {
  return node as Node;
}
