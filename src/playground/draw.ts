import type { Markup } from '../render/html/markup.ts';
import type { Browser, Element } from './browser.ts';

/** Puts markup into an element: of `html` only, which escapes every text that is put into it. */
export function drawer({ trustedTypes }: Browser): (element: Element, markup: Markup) => void {
  const policy = trustedTypes?.createPolicy('poolctl', { createHTML: (text) => text });
  return (element, { markup }) => {
    element.innerHTML = policy ? policy.createHTML(markup) : markup;
  };
}
