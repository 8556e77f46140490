import { PoolctlError } from '../../base/errors.ts';
import type { DeclaredEntry, FileFormat } from '../entry.ts';
import { parseDotenv } from './dotenv.ts';
import { parseIni } from './ini.ts';
import { parseProperties } from './properties.ts';
import { parseYaml } from './yaml.ts';

/** Reads a text of one format. @throws PoolctlError INPUT_INVALID or INPUT_CONTRADICTION with file and line */
export type FormatParser = (text: string, file: string) => DeclaredEntry[];

const parsers = new Map<FileFormat, FormatParser>([
  ['yaml', parseYaml],
  ['properties', parseProperties],
  ['ini', parseIni],
  ['dotenv', (text) => parseDotenv(text)],
]);

/** Parsers of formats that few files have, which are loaded for the first of them. */
const further: Readonly<Partial<Record<FileFormat, () => Promise<FormatParser>>>> = {
  toml: async () => (await import('./toml.ts')).parseToml,
  libconfig: async () => (await import('./libconfig.ts')).parseLibconfig,
  odyssey: async () => (await import('./odyssey.ts')).parseOdyssey,
  'postgres-conf': async () => (await import('./postgres-conf.ts')).parsePostgresConf,
  xml: async () => (await import('./xml.ts')).parseXml,
};

/** Makes a format ready for `parseEntries`. */
export async function loadFormat(format: FileFormat): Promise<void> {
  const load = further[format];
  if (load && !parsers.has(format)) parsers.set(format, await load());
}

/** The same for every format that files of these names have. */
export async function loadFormatsOf(files: readonly string[]): Promise<void> {
  const wanted = new Set(files.flatMap((file) => formatByName(file) ?? []));
  await Promise.all([...wanted].map((format) => loadFormat(format)));
}

/** @throws PoolctlError where the format was not made ready with `loadFormat` */
export function parseEntries(format: FileFormat, text: string, file: string): DeclaredEntry[] {
  const parse = parsers.get(format);
  if (!parse) throw new PoolctlError('INPUT_INVALID', `${file} is ${format}, which is not read here.`);
  return parse(text, file);
}

const endings: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.(?:ya?ml|json)$/i, 'yaml'],
  [/\.properties$/i, 'properties'],
  [/\.ini$/i, 'ini'],
  [/\.toml$/i, 'toml'],
  [/\.xml$/i, 'xml'],
  [/proxysql[\w.-]*\.cnf$/i, 'libconfig'],
  [/odyssey[\w.-]*\.conf$/i, 'odyssey'],
  [/(?:pgpool|postgresql)[\w.-]*\.conf$/i, 'postgres-conf'],
  [/(?:^|[/\\.])env(?:\.[\w.-]+)?$/i, 'dotenv'],
];

/** The format that the file's name tells, if it does. */
export function formatByName(file: string): FileFormat | undefined {
  return endings.find(([ending]) => ending.test(file))?.[1];
}

/** What only files of one format have. */
const marks: readonly (readonly [RegExp, FileFormat])[] = [
  [/^[ \t]*(?:\[\[[\w."-]+\]\]|\[[\w-]+(?:\.[\w"-]+)+\])[ \t]*(?:#.*)?$/m, 'toml'],
  [/^[ \t]*(?:my|pg)sql_(?:servers|variables)[ \t]*[=:]?[ \t]*[({]?[ \t]*$/m, 'libconfig'],
  [/^[ \t]*(?:storage|database)[ \t]+(?:"[^"\n]*"|default)\s*\{/m, 'odyssey'],
  [/^[ \t]*num_init_children[ \t]*=/m, 'postgres-conf'],
];

/** The format by the file's name, or else by what stands in it. */
export function formatOf(text: string, file: string): FileFormat {
  const named = formatByName(file) ?? marks.find(([mark]) => mark.test(text))?.[1];
  if (named) return named;
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:[#;!]|$)/.test(line));
  if (/^\s*[{[]\s*(?:"|\}|$)/.test(lines[0] ?? '')) return 'yaml';
  if (/^\s*<[?!a-zA-Z]/.test(lines[0] ?? '')) return 'xml';
  if (lines.some((line) => /^\s*\[[\w-]+\]\s*$/.test(line))) return 'ini';
  const assignments = lines.filter((line) => /^\s*(?:export\s+)?[\w.-]+\s*=/.test(line));
  if (assignments.length === 0) return 'yaml';
  return assignments.every((line) => /^\s*(?:export\s+)?[A-Z][A-Z0-9_]*\s*=/.test(line)) ? 'dotenv' : 'properties';
}
