/** Stands for a part of a text that is not known. */
export const textGap = '\u0000';

/** The parameters of a connection text: those of a URL, or words `key=value` as libpq has them. */
export function parametersOfConnection(text: string): readonly (readonly [name: string, value: string])[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return wordsOf(text);
  const query = text.indexOf('?');
  if (query === -1) return [];
  return text
    .slice(query + 1)
    .replace(/#.*$/, '')
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...value] = part.split('=');
      return [decoded(name), decoded(value.join('='))] as const;
    });
}

function wordsOf(text: string): (readonly [string, string])[] {
  return Array.from(text.matchAll(/(\w+)\s*=\s*(?:'((?:\\.|[^'\\])*)'|(\S*))/g)).map(
    ([, name = '', quoted, plain = '']) => [name, quoted?.replace(/\\(.)/g, '$1') ?? plain] as const,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
