import type { Variable } from '@typescript-eslint/scope-manager';
import type { CodeFile, Node } from './code-file.ts';

/** The variable that an identifier means, where it reads, writes, declares or names a type; undefined for globals. */
export type Bindings = (identifier: Node) => Variable | undefined;

const known = new WeakMap<CodeFile, Bindings>();

/** Worked out from the scopes of the file once. */
export function bindingsOf(file: CodeFile): Bindings {
  const bindings = known.get(file) ?? findBindings(file);
  known.set(file, bindings);
  return bindings;
}

function findBindings(file: CodeFile): Bindings {
  const variables = new Map<unknown, Variable>();
  for (const scope of file.scopes.scopes) {
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) variables.set(identifier, variable);
    }
    for (const { identifier, resolved } of scope.references) {
      if (resolved && resolved.defs.length > 0) variables.set(identifier, resolved);
    }
  }
  return (identifier) => variables.get(identifier);
}

/** A definition or reference of the scope manager, whose types are those of another parser of the same tree. */
export function nodeOf(definition: { readonly node: unknown }): Node {
  return definition.node as Node;
}
