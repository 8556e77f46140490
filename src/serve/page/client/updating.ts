import type { PageDocument, PageElement } from './dom.ts';

/** An element as it should be. */
export interface PageTree {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Branch[];
}
/** Texts are texts, whatever they hold; what is left out is not there. */
export type Branch = PageTree | string | undefined;

/**
 * Makes `tree`, which describes, and `update`, which changes a part of the page into what is described. It keeps the elements
 * that are there: focus, selection, scrolling and what was opened stay. What is described
 * by the very same tree is left alone. Only texts and attributes are set, never markup.
 */
export function makeUpdating(document: PageDocument) {
  const known = new WeakMap<PageElement, { key: string; attributes: Readonly<Record<string, string>> }>();
  /** What an element was last made to be. */
  const drawn = new WeakMap<PageElement, PageTree>();
  const inSvg = new Set(['svg', 'path', 'rect', 'line', 'title', 'polyline']);

  function tree(tag: string, attributes: Readonly<Record<string, string>>, ...children: readonly Branch[]): PageTree {
    return { tag, attributes, children };
  }

  function update(parent: PageElement, branches: readonly Branch[]): void {
    const wanted = branches.filter((branch) => branch !== undefined && branch !== '');
    const old = new Map([...parent.childNodes].map((node) => [known.get(node)?.key ?? '', node] as const));
    const kept = new Set<PageElement>();
    const nodes = wanted.map((branch, index) => {
      if (branch === undefined) throw new Error('It was filtered.');
      const key = keyOf(branch, index);
      const node = old.get(key) ?? made(branch, key);
      kept.add(node);
      if (typeof branch === 'string') {
        if (node.textContent !== branch) node.textContent = branch;
      } else if (drawn.get(node) !== branch) {
        drawn.set(node, branch);
        setAttributes(node, branch.attributes);
        update(node, branch.children);
      }
      return node;
    });
    for (const node of [...parent.childNodes]) if (!kept.has(node)) node.remove();
    const there = [...parent.childNodes];
    // In place already, which is the rule.
    if (nodes.every((node, index) => there[index] === node)) return;
    for (const node of nodes) parent.insertBefore(node, null);
  }

  function keyOf(branch: PageTree | string, index: number): string {
    return typeof branch === 'string' ? `text ${index}` : (branch.attributes['id'] ?? `${branch.tag} ${index}`);
  }

  function made(branch: PageTree | string, key: string): PageElement {
    const node =
      typeof branch === 'string'
        ? document.createTextNode('')
        : inSvg.has(branch.tag)
          ? document.createElementNS('http://www.w3.org/2000/svg', branch.tag)
          : document.createElement(branch.tag);
    known.set(node, { key, attributes: {} });
    return node;
  }

  function setAttributes(node: PageElement, attributes: Readonly<Record<string, string>>): void {
    const before = known.get(node) ?? { key: '', attributes: {} };
    for (const [name, value] of Object.entries(attributes))
      if (before.attributes[name] !== value) node.setAttribute(name, value);
    for (const name of Object.keys(before.attributes)) if (!(name in attributes)) node.removeAttribute(name);
    known.set(node, { ...before, attributes });
  }

  return { tree, update };
}
