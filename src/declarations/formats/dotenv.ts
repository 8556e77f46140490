import { type DeclaredEntry, linesOf } from '../entry.ts';

/** A .env file: `KEY=value`, also with `export` before it and quotes around the value, which may then go over lines. */
export function parseDotenv(text: string): DeclaredEntry[] {
  const entries: DeclaredEntry[] = [];
  const lines = linesOf(text);
  for (let index = 0; index < lines.length; index += 1) {
    const { text: raw = '', line = 0 } = lines[index] ?? {};
    const [, key, rest = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/.exec(raw) ?? [];
    if (key === undefined) continue;
    const quote = /^["'`]/.exec(rest)?.[0];
    if (quote === undefined) {
      entries.push({ key, value: rest.replace(/(?:^|\s)#.*$/, '').trim(), line });
      continue;
    }
    let value = rest.slice(1);
    while (!value.includes(quote) && index + 1 < lines.length) {
      index += 1;
      value += `\n${lines[index]?.text ?? ''}`;
    }
    entries.push({ key, value: value.slice(0, value.includes(quote) ? value.indexOf(quote) : undefined), line });
  }
  return entries;
}
