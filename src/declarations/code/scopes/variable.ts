import type { Node } from '../code-file.ts';

/** What a name is declared as. */
export type DefinitionKind =
  | 'CatchClause'
  | 'ClassName'
  | 'FunctionName'
  | 'ImportBinding'
  | 'Parameter'
  | 'TSEnumMemberName'
  | 'TSEnumName'
  | 'TSModuleName'
  | 'Type'
  | 'Variable';

export interface Definition {
  readonly type: DefinitionKind;
  /** The identifier that is declared. */
  readonly name: Node;
  /** What declares it: a declarator, a function, an import specifier. */
  readonly node: Node;
  /** The whole declaration of a variable, or the whole import. */
  readonly parent?: Node;
}

/** A place where a variable is read or written; for types, where it is named. */
export interface Reference {
  readonly identifier: Node;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Whether it is what the declaration itself writes. */
  readonly init: boolean;
}

/** A name in its scope; declarations of the same name there are one variable. */
export interface Variable {
  readonly name: string;
  /** Whether it is of the whole module. */
  readonly isTopLevel: boolean;
  /** At least one. */
  readonly defs: readonly Definition[];
  /** In the order of the text, as far as functions run in it. */
  readonly references: readonly Reference[];
}
