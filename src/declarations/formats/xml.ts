import { parseXml as parse, XmlElement, XmlError, XmlText } from '@rgrove/parse-xml';
import { placeFinder } from '../code/lines.ts';
import { type DeclaredEntry, refuseFile, type Stretch } from '../entry.ts';
import { mostLevels, tooMuch } from './yaml-documents.ts';

/** More than any configuration has. */
const mostEntries = 20_000;

/**
 * XML: an entry for each attribute, and for each element that has text and no elements in it. A key is the path of
 * elements from the top, with dots; an element that has siblings of its name has its number among them, from 0:
 * `Context.Resource.1.maxActive`. An element `property` (also `prop` and `entry`) that is named by an attribute, as Spring,
 * c3p0 and Hibernate write them, is a key of that name: `<property name="maxActive" value="5"/>` and
 * `<property name="maxActive">5</property>` are both `bean.maxActive`. Neither a DTD nor its entities are followed.
 * @throws PoolctlError INPUT_INVALID with file and line
 */
export function parseXml(text: string, file: string): DeclaredEntry[] {
  const place = placeFinder(file, text);
  const lineAt = (offset: number) => place({ start: offset, end: offset }).line;
  const entries: DeclaredEntry[] = [];
  const root = rootOf(text, file);
  if (root) walk(root, [root.name], 0);
  return entries;

  function walk(element: XmlElement, path: readonly string[], level: number): void {
    if (entries.length > mostEntries || level > mostLevels) throw tooMuch(file);
    const attributes = attributesIn(element, text);
    const named = namedBy(element);
    for (const { name, keyAt, valueAt } of attributes) {
      const value = element.attributes[name] ?? '';
      if (named === undefined) add([...path, name], value, keyAt, valueAt);
      else if (name === 'value' || name === 'ref') add(path, value, keyAt, valueAt);
    }
    const children = element.children.filter((child) => child instanceof XmlElement);
    const content = element.text.trim();
    if (children.length === 0 && content !== '') add(path, content, keyStretch(element), textStretch(element, text));
    const counts = countsOf(children);
    const seen = new Map<string, number>();
    for (const child of children) {
      const number = seen.get(child.name) ?? 0;
      seen.set(child.name, number + 1);
      // `<property name="maxActive"><value>5</value></property>` is how Spring writes it too.
      if (named !== undefined && /^(?:value|props|map)$/.test(child.name)) {
        walk(child, path, level + 1);
        continue;
      }
      const own = namedBy(child) ?? ((counts.get(child.name) ?? 0) > 1 ? `${child.name}.${number}` : child.name);
      walk(child, [...path, own], level + 1);
    }
  }

  function add(path: readonly string[], value: string, keyAt: Stretch, valueAt: Stretch): void {
    entries.push({ key: path.join('.'), value, line: lineAt(keyAt.start), keyAt, valueAt });
  }
}

/** No message of the parser is quoted: it has some of the text in it. */
function rootOf(text: string, file: string): XmlElement | undefined {
  try {
    return parse(text, { includeOffsets: true, ignoreUndefinedEntities: true }).root ?? undefined;
  } catch (error) {
    if (error instanceof RangeError) throw tooMuch(file);
    if (!(error instanceof XmlError)) throw error;
    const hint = 'Is it the right file? Give --from if its format is another one.';
    throw refuseFile(file, error.line, 'this is not XML that is well-formed.', hint);
  }
}

function namedBy({ name, attributes }: XmlElement): string | undefined {
  if (name !== 'property' && name !== 'prop' && name !== 'entry') return undefined;
  return attributes['name'] ?? attributes['key'];
}

function countsOf(elements: readonly XmlElement[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of elements) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

interface Attribute {
  readonly name: string;
  readonly keyAt: Stretch;
  /** Between the quotes. */
  readonly valueAt: Stretch;
}

/** The attributes of a start tag, which the parser has found to be well-formed, with their places. */
function attributesIn({ name, start }: XmlElement, text: string): Attribute[] {
  const pattern = /\s+([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
  pattern.lastIndex = start + 1 + name.length;
  const found: Attribute[] = [];
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, key = '', double, single] = match;
    const begin = match.index + whole.indexOf(key);
    const end = match.index + whole.length - 1;
    const value = double ?? single ?? '';
    found.push({
      name: key,
      keyAt: { start: begin, end: begin + key.length },
      valueAt: { start: end - value.length, end },
    });
  }
  return found;
}

/** The name in the start tag. */
function keyStretch({ name, start }: XmlElement): Stretch {
  return { start: start + 1, end: start + 1 + name.length };
}

function textStretch({ children, start, end }: XmlElement, text: string): Stretch {
  const texts = children.filter((child) => child instanceof XmlText);
  const [from, to] = [texts[0]?.start ?? start, texts.at(-1)?.end ?? end];
  const inner = text.slice(from, to);
  const before = inner.length - inner.trimStart().length;
  return { start: from + before, end: from + inner.trimEnd().length };
}
