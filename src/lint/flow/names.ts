import type { Variable } from '@typescript-eslint/scope-manager';
import { type Bindings, bindingsOf } from '../../declarations/code/bindings.ts';
import type { CodeFile, Node } from '../../declarations/code/code-file.ts';

const known = new WeakMap<CodeFile, Bindings>();

/** The variable that an identifier declares or refers to; undefined for globals and keys. */
export function variableAt(file: CodeFile, identifier: Node): Variable | undefined {
  const bindings = known.get(file) ?? bindingsOf(file);
  known.set(file, bindings);
  return bindings(identifier);
}

/** The nodes of scope-manager are those of our tree; only their types come from another package. */
export function ourNode(node: object): Node {
  return node as Node;
}
