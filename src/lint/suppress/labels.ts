import { placeFinder } from '../../declarations/code/lines.ts';
import type { Directive } from './directive.ts';

/** `poolctl/disable-rule: reason` as an annotation, `poolctl.disable-rule=reason` as a label. */
const label = /^([ \t]*)(?:- )?["']?poolctl[/.]disable-([a-z][a-z-]*)["']?[ \t]*[:=](.*)$/gm;

/** What annotations of Kubernetes objects and labels of compose services say: each speaks for its object or service. */
export function labelDirectives(text: string, path: string): Directive[] {
  if (!/poolctl[/.]disable-/.test(text)) return [];
  const spanOf = placeFinder(path, text);
  const lines = text.split(/\r\n|\n|\r/);
  return [...text.matchAll(label)].map(({ 0: found, 1: indent = '', 2: rule = '', 3: value = '', index }) => {
    const place = spanOf({ start: index + indent.length, end: index + found.length });
    const reason = unquoted(value.trim());
    return { rules: [rule], reason, place, ...objectAround(lines, place.line, indent.length) };
  });
}

const quotes = '"\',';

function unquoted(value: string): string | undefined {
  let [start, end] = [0, value.length];
  while (start < end && quotes.includes(value[start] ?? '')) start += 1;
  while (end > start && quotes.includes(value[end - 1] ?? '')) end -= 1;
  return value.slice(start, end).trim() || undefined;
}

/** The lines of the service, or of the Kubernetes object, that a label belongs to. */
function objectAround(lines: readonly string[], line: number, indent: number): { from: number; to: number } {
  const [list, under] = parentOf(lines, line, indent);
  const [owner] = /^\s*metadata:/.test(lines[parentOf(lines, list, under)[0] - 1] ?? '')
    ? parentOf(lines, list, under)
    : [list];
  const depth = indentOf(lines[owner - 1] ?? '');
  const [header] = parentOf(lines, owner, depth);
  let to = line;
  while (to < lines.length && belongs(lines[to] ?? '', depth)) to += 1;
  return { from: Math.max(1, header), to };
}

/** The nearest line above that stands further left, with its indent; 0 where there is none. */
function parentOf(lines: readonly string[], line: number, indent: number): readonly [line: number, indent: number] {
  for (let above = line - 1; above >= 1; above -= 1) {
    const text = lines[above - 1] ?? '';
    if (text.startsWith('---')) return [above, 0];
    if (text.trim() !== '' && !text.trimStart().startsWith('#') && indentOf(text) < indent)
      return [above, indentOf(text)];
  }
  return [0, 0];
}

const indentOf = (line: string) => line.length - line.trimStart().length;

const belongs = (line: string, depth: number) =>
  !line.startsWith('---') && (line.trim() === '' || line.trimStart().startsWith('#') || indentOf(line) >= depth);
