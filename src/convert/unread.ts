import { PoolctlError } from '../base/errors.ts';
import { type FileFormat, shownKey } from '../declarations/entry.ts';
import type { Reader } from '../declarations/reader.ts';
import type { TextFile } from '../declarations/text-file.ts';
import type { ReadRequest } from './request.ts';

/** Systems whose settings are known by a mark, and not read. */
const systems: readonly { readonly title: string; readonly marks: RegExp }[] = [
  { title: 'the pool of R2DBC', marks: /\br2dbc[.:]\s*pool\b|spring\.r2dbc\.pool\./ },
  { title: 'Oracle UCP', marks: /\boracleucp\b/ },
  { title: 'a data source of WildFly or JBoss', marks: /urn:jboss:domain:datasources|<max-pool-size>/ },
  { title: 'Slick or Play', marks: /\bslick\.(?:dbs|jdbc)\b|\bnumThreads\s*[=:]/ },
  { title: 'Hasura', marks: /HASURA_GRAPHQL_PG_CONNECTIONS/ },
  { title: 'Keycloak', marks: /\bKC_DB_POOL_|^[ \t]*db-pool-(?:max|min|initial)-size/m },
  { title: 'Gitea', marks: /^[ \t]*MAX_OPEN_CONNS\s*=/m },
  { title: 'Grafana', marks: /^[ \t]*max_open_conn\s*=/m },
  { title: 'Airflow', marks: /sql_alchemy_(?:pool_size|conn)\b/i },
  { title: 'Metabase', marks: /MB_APPLICATION_DB_MAX_CONNECTION_POOL_SIZE/ },
  {
    title: 'SQL Server',
    marks:
      /\b(?:Server|Data Source)\s*=[^\n]*;\s*(?:Encrypt|Initial Catalog|Integrated Security|Trusted_Connection|Multiple ?Active ?Result ?Sets|Trust ?Server ?Certificate|Application ?Intent|Multi ?Subnet ?Failover)\s*=/i,
  },
  { title: 'Mattermost', marks: /"SqlSettings"/ },
];

const languages: Readonly<Record<string, string>> = {
  java: 'Java',
  kt: 'Kotlin',
  scala: 'Scala',
  cs: 'C#',
  vb: 'Visual Basic',
  fs: 'F#',
  rb: 'Ruby',
  php: 'PHP',
  clj: 'Clojure',
  hcl: 'HCL',
  tf: 'Terraform',
  sh: 'a script of a shell',
  sql: 'SQL',
  md: 'Markdown',
};

/** Languages that convert reads; a file without a sign of a pool is still no file of settings. */
const readLanguages: Readonly<Record<string, string>> = {
  py: 'Python',
  go: 'Go',
  rs: 'Rust',
  ex: 'Elixir',
  exs: 'Elixir',
};

/** A name with pool or max in it, and a number behind it. */
const size =
  /(?<![\w.-])([\w.-]*(?:max(?:imum)? pool size|max[\w-]*(?:active|total|size|conn\w*|pool\w*)|pool[_-]?size|connection[_-]?limit|open[_-]?conns?))["'\])>]*\s*[=:(>,]\s*["']?(\d{1,5})(?![\d.\w])/i;

export function isOfReadLanguage({ file }: TextFile): boolean {
  return Object.hasOwn(readLanguages, endingOf(file));
}

/** Refuses a file of a language that is read from nowhere, before its text is taken for settings. @throws PoolctlError */
export function refuseLanguage({ file, text }: ReadRequest): void {
  const ending = endingOf(file);
  const read = readLanguages[ending];
  if (read !== undefined) {
    throw new PoolctlError('INPUT_MISSING', `${file} makes no pool that poolctl knows, as ${read}.${seenWords(text)}`, {
      hint: handRoute(text) ?? 'Give the file that makes the pool, or write one by hand: `poolctl emit NAME`.',
    });
  }
  const language = languages[ending];
  if (language === undefined || /^\s*\{/.test(text)) return;
  throw new PoolctlError('INPUT_MISSING', `${file} is ${language}, which convert does not read.${seenWords(text)}`, {
    hint:
      handRoute(text) ?? 'Put the settings into a file of properties, YAML or JSON, and name their system with --from.',
  });
}

const formatNames: Readonly<Partial<Record<FileFormat, string>>> = {
  yaml: 'YAML',
  properties: 'properties',
  ini: 'an ini file',
  dotenv: 'variables of an environment',
  toml: 'TOML',
  xml: 'XML',
};

/** The error for a file in which no pool was found: what it is, what it has, and the way by hand. */
export function unreadFile(
  { file, text }: ReadRequest,
  format: FileFormat,
  readers: Readonly<Record<string, Reader>>,
): PoolctlError {
  const called = file === '-' ? 'standard input' : file;
  const names = Object.entries(readers).flatMap(([name, { formats }]) => (formats.includes(format) ? [name] : []));
  const from = `Give --from with one of ${names.join(', ')}`;
  const known = systems.find(({ marks }) => marks.test(text));
  const hand = handRoute(text);
  if (known) {
    const message = `${called} has settings of ${known.title}, which convert does not read.${seenWords(text)}`;
    return new PoolctlError('INPUT_MISSING', message, { hint: hand ?? `${from}, if they are settings of it.` });
  }
  const kind = formatNames[format];
  const what =
    hand === undefined || kind === undefined ? '' : ` It is ${kind}, with no mark of a system that convert reads.`;
  const message = `Which system's settings are in ${called}?${what}${hand === undefined ? '' : seenWords(text)}`;
  return new PoolctlError('INPUT_MISSING', message, {
    hint: hand === undefined ? `${from}.` : `${from}, if they are settings of it. ${hand}`,
  });
}

interface SeenNumber {
  readonly key: string;
  readonly amount: number;
  readonly line: number;
}

function numberSeen(text: string): SeenNumber | undefined {
  for (const [index, line] of text.split('\n').entries()) {
    const [, key, amount] = line.length > 2_000 ? [] : (size.exec(line) ?? []);
    if (key !== undefined && Number(amount) > 0 && !/^[ \t]*(?:#|;|\/\/)/.test(line))
      return { key: / pool size$/i.test(key) ? key : shownKey(key), amount: Number(amount), line: index + 1 };
  }
  return undefined;
}

function seenWords(text: string): string {
  const seen = numberSeen(text);
  return seen === undefined ? '' : ` Line ${seen.line} has ${seen.key} ${seen.amount}.`;
}

/** The snippet can be had without the file. */
function handRoute(text: string): string | undefined {
  const seen = numberSeen(text);
  return seen === undefined
    ? undefined
    : `Or write the pool by hand: \`poolctl emit NAME --connection-limit ${seen.amount}\` (--acquire-timeout, --queue-limit).`;
}

function endingOf(file: string): string {
  return /\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
}
