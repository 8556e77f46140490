/** JSON with comments and commas at the end, as in tsconfig.json; undefined where it is none. */
export function parseLooseJson(text: string): unknown {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//g, (_, quoted?: string) => quoted ?? '')
    .replace(/("(?:[^"\\\n]|\\.)*")|,(?=[ \t\r\n]*[}\]])/g, (_, quoted?: string) => quoted ?? '');
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}

/** A field of a value that was read; undefined where there is none. */
export function field(value: unknown, ...names: readonly string[]): unknown {
  let found = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}
