import type { CodeFile, Node } from './code-file.ts';
import { bindProgram } from './scopes/bind.ts';
import type { Variable } from './scopes/variable.ts';

/** The variable that an identifier means, where it reads, writes, declares or names a type; undefined for globals. */
export type Bindings = (identifier: Node) => Variable | undefined;

const known = new WeakMap<CodeFile, Bindings>();

/** Worked out from the scopes of the file once. */
export function bindingsOf(file: CodeFile): Bindings {
  const bindings = known.get(file) ?? bindingsIn(file);
  known.set(file, bindings);
  return bindings;
}

function bindingsIn({ program }: CodeFile): Bindings {
  const variables = bindProgram(program);
  return (identifier) => variables.get(identifier);
}
