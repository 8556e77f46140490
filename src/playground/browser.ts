/** As much of a browser as the page uses; the rest of poolctl is compiled without one. */
export interface Element {
  textContent: string | null;
  innerHTML: unknown;
  hidden: boolean;
  disabled: boolean;
  value: string;
  append(...nodes: (Element | string)[]): void;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: (event: { readonly target: Element | null }) => void): void;
  closest(selector: string): Element | null;
  querySelector(selector: string): Element | null;
  focus(): void;
}

export interface Browser {
  readonly document: {
    getElementById(id: string): Element | null;
    createElement(tag: string): Element;
    addEventListener(type: string, listener: (event: { readonly target: Element | null }) => void): void;
  };
  readonly location: { readonly href: string; readonly hash: string };
  readonly history: { replaceState(state: null, title: string, url: string): void };
  readonly navigator: { readonly clipboard?: { writeText(text: string): Promise<void> } };
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): unknown };
  };
  addEventListener(type: string, listener: () => void): void;
  getSelection(): { selectAllChildren(element: Element): void } | null;
  /** For whoever looks at the page with a console, and for its test. */
  poolctl?: unknown;
}
