import type { Variable } from '@typescript-eslint/scope-manager';
import type { CodeFile, Node } from '../../declarations/code/code-file.ts';

const known = new WeakMap<CodeFile, WeakMap<object, Variable>>();

/** The variable that an identifier declares or refers to; undefined for globals and keys. */
export function variableAt(file: CodeFile, identifier: Node): Variable | undefined {
  let variables = known.get(file);
  if (!variables) {
    variables = new WeakMap();
    known.set(file, variables);
    for (const scope of file.scopes.scopes) {
      for (const variable of scope.variables)
        for (const declaring of variable.identifiers) variables.set(declaring, variable);
      for (const reference of scope.references)
        if (reference.resolved) variables.set(reference.identifier, reference.resolved);
    }
  }
  return variables.get(identifier);
}

/** The nodes of scope-manager are those of our tree; only their types come from another package. */
export function ourNode(node: object): Node {
  return node as Node;
}
