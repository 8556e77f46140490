/**
 * A template for source code: takes off the template's own indentation, indents the lines of a value like the line it
 * stands in, and drops the line of a value that is undefined, so that an optional setting leaves no gap.
 */
export function code(strings: TemplateStringsArray, ...values: readonly (string | number | undefined)[]): string {
  const lines = strings
    .map((part, index) => (index < values.length ? `${part}⟦${index}⟧` : part))
    .join('')
    .split('\n');
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  const filled = lines.flatMap((line) => fill(line.slice(margin), values));
  return `${filled.join('\n').trim()}\n`;
}

function fill(line: string, values: readonly (string | number | undefined)[]): string[] {
  const lookUp = (index: string | undefined) => values[Number(index)];
  const alone = /^(\s*)⟦(\d+)⟧$/.exec(line);
  if (!alone) return [line.replace(/⟦(\d+)⟧/g, (_match, index: string) => String(lookUp(index)))];
  const [, indent = '', index] = alone;
  const rows = lookUp(index) === undefined ? [] : String(lookUp(index)).split('\n');
  return rows.map((row) => (row === '' ? '' : indent + row));
}

/** A line, or none for a setting that is not given or 0 (no limit). */
export function when(wanted: number | boolean | undefined, text: string): string | undefined {
  return wanted ? text : undefined;
}

/** Comment lines, or nothing. */
export function comment(lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : lines.map((line) => `// ${line}`).join('\n');
}

/** A number as JavaScript writes large ones: `30_000`. */
export function literal(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
}

/** What queueLimit means at this value, as a comment behind it. */
export function queueMeaning(queueLimit: number): string {
  return queueLimit > 0 ? 'waiting requests; one more is refused' : '0: any number of requests may wait';
}

/** The value of an option in milliseconds that ends its line: `10_000, // ms`. */
export function milliseconds(ms: number): string {
  return `${literal(ms)}, // ms`;
}
