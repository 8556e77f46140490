import { cleanText, jsonText } from '../../base/clean.ts';

/** HTML that is safe as it stands: made by `html` only, which escapes every text that is put into it. */
export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** Markup with texts in it, each escaped, in content and in quoted attributes; other markup is taken as it is. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: strings.map((part, index) => part + markupOf(contents[index])).join('') };
}

function markupOf(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'number') return String(Math.round(content * 100) / 100);
  if (typeof content === 'string') return escapeHtml(content);
  return 'markup' in content ? content.markup : content.map(markupOf).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** JSON that is safe inside a script element: `<`, `>`, `&` and the line separators of Unicode are escaped. */
export function embeddedJson(document: object): Markup {
  const escaped = jsonText(document).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { markup: escaped };
}
