import { type DeclaredEntry, linesOf } from '../entry.ts';

/** A .env file: `KEY=value`, also with `export` before it and quotes around the value, which may then go over lines. */
export function parseDotenv(text: string): DeclaredEntry[] {
  const entries: DeclaredEntry[] = [];
  const lines = linesOf(text);
  for (let index = 0; index < lines.length; index += 1) {
    const { text: raw = '', line = 0, offset = 0 } = lines[index] ?? {};
    const [, before = '', key, between = '', rest = ''] = /^(\s*(?:export\s+)?)([\w.-]+)(\s*=\s*)(.*)$/.exec(raw) ?? [];
    if (key === undefined) continue;
    const start = offset + before.length;
    const keyAt = { start, end: start + key.length };
    const valueStart = keyAt.end + between.length;
    const add = (value: string, end: number) =>
      entries.push({ key, value, line, keyAt, valueAt: { start: valueStart, end } });
    const quote = /^["'`]/.exec(rest)?.[0];
    if (quote === undefined) {
      const value = rest.replace(/(?:^|\s)#.*$/, '').trim();
      add(value, valueStart + value.length);
      continue;
    }
    let value = rest.slice(1);
    while (!value.includes(quote) && index + 1 < lines.length) {
      index += 1;
      value += `\n${lines[index]?.text ?? ''}`;
    }
    const last = lines[index];
    const length = value.includes(quote) ? value.indexOf(quote) : value.length;
    const isOneLine = last?.line === line;
    add(value.slice(0, length), isOneLine ? valueStart + length + 2 : (last?.offset ?? 0) + (last?.text.length ?? 0));
  }
  return entries;
}
