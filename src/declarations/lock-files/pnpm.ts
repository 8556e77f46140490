import { type LockQuery, literally, plainVersion } from './lock-file.ts';

/** pnpm-lock.yaml, since version 5. */
export function pnpmVersion(text: string, { name, workspace }: LockQuery): string | undefined {
  const importers = section(text, '', 'importers');
  const importer = importers === undefined ? text : section(importers, '  ', workspace === '' ? '.' : workspace);
  if (importer === undefined) return undefined;
  const indent = importers === undefined ? '' : '    ';
  for (const group of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    const listed = section(importer, indent, group);
    const entry =
      listed &&
      new RegExp(`^ +['"]?${literally(name)}['"]?:(.*(?:\\n +(?:specifier|version):.*)*)`, 'm').exec(listed)?.[1];
    const version = /version: *['"]?([^\s'"]+)/.exec(entry ?? '')?.[1] ?? entry?.trim();
    const found = plainVersion(version?.replace(/^(?!\d).*?[@/](?=\d)/, ''));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The lines below a key of that indent, up to the next key of the same. */
function section(text: string, indent: string, key: string): string | undefined {
  const head = new RegExp(`^${indent}['"]?${literally(key)}['"]?:[^\\S\\n]*\\n`, 'm').exec(text);
  if (!head) return undefined;
  const rest = text.slice(head.index + head[0].length);
  const end = new RegExp(`^ {0,${indent.length}}[^\\s#]`, 'm').exec(rest);
  return end ? rest.slice(0, end.index) : rest;
}
