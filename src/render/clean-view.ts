import { cleanLine, cleanText } from '../base/clean.ts';
import type { View } from './view.ts';

/** A view whose texts can go to a terminal or a page: a name that a server gave cannot end its line, or colour the next. */
export function cleanView(view: View): View {
  const { verbatim, snippets, ...rest } = view;
  return {
    ...cleaned(rest),
    ...(verbatim !== undefined && { verbatim: cleanText(verbatim) }),
    ...(snippets && { snippets: snippets.map((snippet) => ({ ...cleaned(snippet), text: cleanText(snippet.text) })) }),
  };
}

function cleaned<T>(value: T): T {
  if (typeof value === 'string') return cleanLine(value) as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleaned(part)])) as T;
}
