/** As much of a browser as the script of the page uses; the rest of poolctl is compiled without one. */
export interface PageElement {
  textContent: string | null;
  hidden: boolean;
  value: string;
  readonly childNodes: Iterable<PageElement>;
  readonly children: { readonly length: number };
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  getAttribute(name: string): string | null;
  insertBefore(node: PageElement, before: PageElement | null): void;
  addEventListener(type: string, listener: (event: { preventDefault(): void }) => void): void;
  remove(): void;
  focus(): void;
}

export interface PageDocument {
  title: string;
  createElement(tag: string): PageElement;
  createElementNS(namespace: string, tag: string): PageElement;
  createTextNode(text: string): PageElement;
  getElementById(id: string): PageElement | null;
  addEventListener(type: string, listener: () => void, isCapturing: boolean): void;
}
