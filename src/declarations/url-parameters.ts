import type { DeclaredEntry } from './entry.ts';
import type { PickedOption } from './reader.ts';

/**
 * The parameters of a URL in a file as options of their own, with their places: `DATABASE_URL?pool`. They are behind the
 * last question mark, because a password may hold one; where they may be a password's, there are none.
 */
export function urlParameters(entry: DeclaredEntry): PickedOption[] {
  const url = String(entry.value);
  const query = /\?([^?]*)$/.exec(url)?.[1] ?? '';
  if (query.includes('@')) return [];
  // Where the URL is quoted, a quote stands on each side of it.
  const quote = Math.max(0, (entry.valueAt.end - entry.valueAt.start - url.length) / 2);
  let start = entry.valueAt.start + quote + url.length - query.length;
  return query.split('&').flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const keyAt = { start, end: start + name.length };
    const valueAt = { start: Math.min(keyAt.end + 1, start + pair.length), end: start + pair.length };
    start += pair.length + 1;
    if (!/^[A-Za-z_][\w.-]*$/.test(name)) return [];
    return [{ ...entry, name, key: `${entry.key}?${name}`, value: decoded(rest.join('=')), keyAt, valueAt }];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
