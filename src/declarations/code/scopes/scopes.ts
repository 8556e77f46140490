import type { Node } from '../code-file.ts';
import type { Definition, DefinitionKind, Reference, Variable } from './variable.ts';

/** What a name at some place may mean. */
type Meaning = 'value' | 'type' | 'both';

interface Open extends Reference {
  readonly name: string;
  readonly meaning: Meaning;
}

interface Declared extends Variable {
  readonly defs: Definition[];
  readonly references: Reference[];
  isType: boolean;
  isValue: boolean;
}

/** `holder` keeps `var`s; names of a `with` can be of its object. */
export type ScopeKind = 'block' | 'conditional' | 'holder' | 'innerType' | 'with';

interface Scope {
  readonly kind: ScopeKind;
  readonly upper: Scope | undefined;
  /** Where the body of a function starts: what is declared there is not seen by the parameters before it. */
  readonly bodyStart: number;
  readonly variables: Map<string, Declared>;
  /** What is not found yet: a declaration may come behind its use. */
  readonly open: Open[];
}

/** The scopes around the place that is visited. */
export interface Scopes {
  /** Visits what is in a scope of its own. */
  inside(kind: ScopeKind, visit: () => void, body?: Node | null): void;
  declare(type: DefinitionKind, name: Node, node: Node, parent?: Node): void;
  /** A type that is inferred in a condition is seen in all of it. */
  declareInferred(name: Node, node: Node): void;
  refer(identifier: Node, meaning: Meaning): void;
  write(identifier: Node, how: { readonly init?: boolean; readonly reads?: boolean }): void;
  /** Ends the module: the variable of each identifier. */
  end(): ReadonlyMap<Node, Variable>;
}

export function makeScopes(): Scopes {
  const bindings = new Map<Node, Variable>();
  let scope = scopeIn(undefined, 'holder', -1);
  const declareIn = (place: Scope, definition: Definition) => {
    const name = nameOf(definition.name);
    const known = place.variables.get(name);
    const isTopLevel = place.upper === undefined;
    const variable = known ?? { name, isTopLevel, defs: [], references: [], isType: false, isValue: false };
    if (!known) place.variables.set(name, variable);
    variable.defs.push(definition);
    variable.isType ||= alsoTypes.has(definition.type);
    variable.isValue ||= definition.type !== 'Type';
    if (definition.name.type !== 'Literal') bindings.set(definition.name, variable);
  };
  const close = (closed: Scope) => {
    if (closed.kind === 'with') return;
    for (const reference of closed.open) {
      const variable = found(reference, closed);
      if (variable) {
        variable.references.push(reference);
        bindings.set(reference.identifier, variable);
      } else closed.upper?.open.push(reference);
    }
  };
  return {
    inside(kind, visit, body) {
      const upper = scope;
      scope = scopeIn(upper, kind, body?.start ?? -1);
      visit();
      close(scope);
      scope = upper;
    },
    declare(type, name, node, parent) {
      let place = scope;
      const isVar = type === 'Variable' && parent?.type === 'VariableDeclaration' && parent.kind === 'var';
      if (isVar) while (place.kind !== 'holder' && place.upper) place = place.upper;
      declareIn(place, parent ? { type, name, node, parent } : { type, name, node });
    },
    declareInferred(name, node) {
      let place: Scope | undefined = scope;
      while (place?.kind === 'innerType') place = place.upper;
      declareIn(place?.kind === 'conditional' ? place : scope, { type: 'Type', name, node });
    },
    refer(identifier, meaning) {
      const name = nameOf(identifier);
      scope.open.push({ identifier, name, meaning, reads: true, writes: false, init: false });
    },
    write(identifier, { init = false, reads = false }) {
      scope.open.push({ identifier, name: nameOf(identifier), meaning: 'value', reads, writes: true, init });
    },
    end() {
      close(scope);
      return bindings;
    },
  };
}

/** What names a type, too. */
const alsoTypes: ReadonlySet<DefinitionKind> = new Set([
  ...(['ClassName', 'ImportBinding', 'TSEnumMemberName', 'TSEnumName', 'TSModuleName', 'Type'] as const),
]);

function scopeIn(upper: Scope | undefined, kind: ScopeKind, bodyStart: number): Scope {
  return { kind, upper, bodyStart, variables: new Map(), open: [] };
}

function found({ name, identifier, meaning }: Open, { variables, bodyStart }: Scope): Declared | undefined {
  const variable = variables.get(name);
  if (!variable) return undefined;
  if (!(meaning !== 'type' && variable.isValue) && !(meaning !== 'value' && variable.isType)) return undefined;
  const isBeforeBody = identifier.start < bodyStart && variable.defs.every((each) => each.name.start >= bodyStart);
  return isBeforeBody ? undefined : variable;
}

function nameOf(node: Node): string {
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') return node.name;
  return node.type === 'Literal' ? String(node.value) : '';
}
