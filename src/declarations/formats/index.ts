import type { DeclaredEntry, FileFormat } from '../entry.ts';
import { parseDotenv } from './dotenv.ts';
import { parseIni } from './ini.ts';
import { parseProperties } from './properties.ts';
import { parseYaml } from './yaml.ts';

const parsers: Readonly<Record<FileFormat, (text: string, file: string) => DeclaredEntry[]>> = {
  yaml: parseYaml,
  properties: parseProperties,
  ini: parseIni,
  dotenv: parseDotenv,
};

export function parseEntries(format: FileFormat, text: string, file: string): DeclaredEntry[] {
  return parsers[format](text, file);
}

const endings: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.(?:ya?ml|json)$/i, 'yaml'],
  [/\.properties$/i, 'properties'],
  [/\.ini$/i, 'ini'],
  [/(?:^|[/\\.])env(?:\.[\w.-]+)?$/i, 'dotenv'],
];

/** The format that the file's name tells, if it does. */
export function formatByName(file: string): FileFormat | undefined {
  return endings.find(([ending]) => ending.test(file))?.[1];
}

/** The format by the file's name, or else by what stands in it. */
export function formatOf(text: string, file: string): FileFormat {
  const named = formatByName(file);
  if (named) return named;
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:[#;!]|$)/.test(line));
  if (/^\s*[{[]\s*(?:"|\}|$)/.test(lines[0] ?? '')) return 'yaml';
  if (lines.some((line) => /^\s*\[[\w-]+\]\s*$/.test(line))) return 'ini';
  const assignments = lines.filter((line) => /^\s*(?:export\s+)?[\w.-]+\s*=/.test(line));
  if (assignments.length === 0) return 'yaml';
  return assignments.every((line) => /^\s*(?:export\s+)?[A-Z][A-Z0-9_]*\s*=/.test(line)) ? 'dotenv' : 'properties';
}
