import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import type { Stretch } from '../entry.ts';
import type { Origin, Scalar } from '../value.ts';
import { readPlain, type YamlReader } from './yaml-reader.ts';

/**
 * A value in a file of YAML or JSON. Aliases and merges (`<<`) are followed where they are asked for and no earlier, so
 * that neither a bomb of aliases nor one within itself costs anything.
 */
export interface Tree {
  /** Undefined for what holds other values, and for what a tag of its own makes something else of: `!Ref PoolSize`. */
  readonly value: Scalar | undefined;
  readonly at: Stretch;
  /** The key that it stands behind. */
  readonly keyAt?: Stretch;
  /** Where a value comes from that another file fills in. */
  readonly origins?: readonly Origin[];
  /** What another reader of YAML makes of it: a whole sentence. */
  readonly differs?: string;
  /** Why there is no value, where that is known. */
  readonly why?: string;
  /** How its text is written; `block` is `|`, with each line as the file has it. */
  readonly style: 'block' | 'other';
  /** What is below these keys, one in the other. */
  get(...path: readonly string[]): Tree | undefined;
  fields(): readonly (readonly [name: string, field: Tree])[];
  items(): readonly Tree[];
}

/**
 * The value of a document, which begins at `offset` in its file. What is merged into itself throws what `refuse` makes, or
 * adds nothing where it is not given.
 */
export function treeOf(
  document: Document.Parsed,
  { offset = 0, refuse, reader = 'core' }: { offset?: number; refuse?: () => Error; reader?: YamlReader } = {},
): Tree | undefined {
  const reading = new Reading(document, offset, refuse, reader);
  return document.contents ? reading.tree(document.contents) : undefined;
}

class Reading {
  readonly #document: Document.Parsed;
  readonly #refuse: (() => Error) | undefined;
  readonly #offset: number;
  readonly #reader: YamlReader;
  #targets: ReadonlyMap<Alias, Node> | undefined;
  readonly #fields = new Map<Node, ReadonlyMap<string, Tree> | 'begun'>();

  constructor(document: Document.Parsed, offset: number, refuse: (() => Error) | undefined, reader: YamlReader) {
    this.#document = document;
    this.#reader = reader;
    this.#refuse = refuse;
    this.#offset = offset;
  }

  tree(given: Node, keyAt?: Stretch): Tree {
    const node = this.#target(given);
    const value = isScalar(node) && !node.tag?.startsWith('!') ? scalarOf(node.value) : undefined;
    const isPlain = isScalar(node) && node.type === 'PLAIN' && value !== undefined;
    const read = isPlain ? readPlain(node.source ?? '', this.#reader) : undefined;
    const fields = () => [...this.#fieldsOf(node)];
    return {
      value,
      ...read,
      at: this.#stretch(node, keyAt),
      ...(keyAt && { keyAt }),
      style: isScalar(node) && node.type === 'BLOCK_LITERAL' ? 'block' : 'other',
      get: (first, ...rest) => {
        const field = first === undefined ? undefined : this.#fieldsOf(node).get(first);
        return rest.length === 0 ? field : field?.get(...rest);
      },
      fields,
      items: () => (isSeq(node) ? node.items.map((item) => this.tree(item as Node)) : []),
    };
  }

  /** Its own keys win over those that are merged into it. */
  #fieldsOf(node: Node): ReadonlyMap<string, Tree> {
    const known = this.#fields.get(node);
    if (known === 'begun') {
      if (this.#refuse) throw this.#refuse();
      return new Map();
    }
    if (known) return known;
    const fields = new Map<string, Tree>();
    this.#fields.set(node, 'begun');
    if (isMap(node)) {
      const merged = new Map<string, Tree>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? nameOf(key.value) : String(key);
        const keyAt = this.#stretch(key as Node);
        if (name === '<<') this.#merge(value as Node | null, merged);
        else if (value !== null) fields.set(name, this.tree(value as Node, keyAt));
        else fields.set(name, emptyAt(keyAt));
      }
      for (const [name, tree] of merged) if (!fields.has(name)) fields.set(name, tree);
    }
    this.#fields.set(node, fields);
    return fields;
  }

  #merge(value: Node | null, into: Map<string, Tree>): void {
    const target = value && this.#target(value);
    const sources = isSeq(target) ? target.items.map((item) => this.#target(item as Node)) : target ? [target] : [];
    for (const source of sources) {
      for (const [name, tree] of this.#fieldsOf(source)) if (!into.has(name)) into.set(name, tree);
    }
  }

  /** An alias of an alias does not exist; an anchor on an alias is an error of the parser. */
  #target(node: Node): Node {
    if (!isAlias(node)) return node;
    this.#targets ??= targetsIn(this.#document);
    return this.#targets.get(node) ?? node;
  }

  #stretch(node: Node | undefined, fallback: Stretch = { start: 0, end: 0 }): Stretch {
    const range = node?.range;
    return range ? { start: range[0] + this.#offset, end: range[1] + this.#offset } : fallback;
  }
}

function emptyAt(keyAt: Stretch): Tree {
  const at = { start: keyAt.end, end: keyAt.end };
  return { value: null, at, keyAt, style: 'other', get: () => undefined, fields: () => [], items: () => [] };
}

/** What each alias means: the last anchor of that name before it. One pass: `Alias.resolve` searches the whole document. */
function targetsIn(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function nameOf(key: unknown): string {
  return typeof key === 'symbol' ? (key.description ?? '') : String(key);
}

function scalarOf(value: unknown): Scalar {
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : String(value);
}

/** A tree whose plain values are as `fill` makes them. */
export function filledTree(
  tree: Tree,
  fill: (value: Scalar) => { readonly value: Scalar; readonly origins: readonly Origin[] },
): Tree {
  const filled = tree.value === undefined ? undefined : fill(tree.value);
  const below = (field: Tree | undefined) => field && filledTree(field, fill);
  return {
    ...tree,
    value: filled?.value,
    ...(filled && filled.origins.length > 0 && { origins: filled.origins }),
    get: (...path) => below(tree.get(...path)),
    fields: () => tree.fields().map(([name, field]) => [name, filledTree(field, fill)] as const),
    items: () => tree.items().map((item) => filledTree(item, fill)),
  };
}
