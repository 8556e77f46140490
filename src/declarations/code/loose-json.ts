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

/** JSON with its comments blanked, so that all else stays where it is; any other text as it is. */
export function withoutJsonComments(text: string): string {
  if (!/^\s*[{[/]/.test(text) || !/\/[/*]/.test(text) || parseLooseJson(text) === undefined) return text;
  return text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//g,
    (found, quoted?: string) => quoted ?? found.replace(/[^\r\n]/g, ' '),
  );
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
