import type { Browser, Element } from './browser.ts';

/** Copies what a button names, or the link; where that is not allowed, the text is selected. `say` tells how it went. */
export function copyOnClick(browser: Browser, say: (text: string) => void): void {
  const { document, location, navigator } = browser;
  const copy = async (text: string, shown: Element | undefined, button: Element) => {
    try {
      if (!navigator.clipboard) throw new Error('no clipboard');
      await navigator.clipboard.writeText(text);
      flash(button, 'Copied');
      say('Copied.');
    } catch {
      if (shown) browser.getSelection()?.selectAllChildren(shown);
      flash(button, shown ? 'Selected: press Ctrl+C' : 'Copy the address of this page');
      say(shown ? 'Selected: press Ctrl+C.' : 'Copy the address of this page.');
    }
  };
  document.addEventListener('click', ({ target }) => {
    const button = target?.closest('button') ?? undefined;
    if (!button) return;
    if (button.getAttribute('id') === 'copy-link') return void copy(location.href, undefined, button);
    const holder = document.getElementById(button.getAttribute('data-copies') ?? '') ?? undefined;
    const shown = holder?.querySelector('pre') ?? holder;
    if (shown) void copy(shown.textContent ?? '', shown, button);
  });
}

const flashMs = 2_000;
const usual = new WeakMap<Element, string>();

/** The button says for a moment what it did. */
function flash(button: Element, said: string): void {
  const text = usual.get(button) ?? button.textContent ?? '';
  usual.set(button, text);
  button.textContent = said;
  setTimeout(() => {
    button.textContent = text;
  }, flashMs);
}
