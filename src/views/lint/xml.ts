import { cleanLine } from '../../base/clean.ts';

/** An element of XML; `inside` is XML, attributes are text. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  inside: readonly string[] = [],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapedXml(String(value))}"`);
  const start = `<${name}${written.join('')}`;
  if (inside.length === 0) return `${start}/>`;
  const indented = inside.map((part) => part.replace(/^/gm, '  '));
  return `${start}>\n${indented.join('\n')}\n</${name}>`;
}

/** A text without what XML gives a meaning to, or has no place for. */
export function escapedXml(text: string): string {
  return cleanLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

export const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>';
