import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { alertRuleTable } from '../../src/alerts/rules/index.ts';
import { errorCodes, exitCodes } from '../../src/base/errors.ts';
import { warningCodes } from '../../src/base/warning-codes.ts';
import { commands } from '../../src/commands/index.ts';
import { readers } from '../../src/declarations/readers/index.ts';
import { allTargets } from '../../src/emit/targets/index.ts';
import type { DsnParameter } from '../../src/engines/dsn/parameter.ts';
import { dsnSystems } from '../../src/engines/dsn/systems.ts';
import { tools } from '../../src/mcp/tools.ts';
import { profileIds, profileTitle } from '../../src/profiles/files.ts';
import { rulePageIds, rulePageTitle } from '../../src/profiles/rule-pages.ts';
import { scenarios } from '../../src/simulate/scenarios.ts';
import { exportedFunctions, renewExample } from './docs-examples.ts';
import { floors } from './docs-folders.ts';
import { driverBehaviourRows } from './driver-tables.ts';
import { type SurpriseKind, surpriseRows } from './findings.ts';
import { libraryRows, metricRows } from './monitor-tables.ts';
import { logRows } from './pool-log.ts';
import { levelsOf } from './rule-docs.ts';
import { poolctl, type Ran, root } from './run.ts';
import { servedMetricRows } from './served-metrics.ts';

/** A page of the documentation, by its path from the root of the project. */
export interface Page {
  readonly name: string;
  readonly text: string;
}

/** README.md, docs/*.md and the Korean docs/ko/*.md, as they are. */
export function readPages(): Page[] {
  const pagesIn = (folder: string) =>
    readdirSync(`${root}${folder}`)
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => `${folder}/${name}`);
  const names = ['README.md', ...pagesIn('docs'), ...pagesIn('docs/ko')];
  return names.map((name) => ({ name, text: readFileSync(`${root}${name}`, 'utf8') }));
}

/** A code block: the file that it is for the commands of its page, its language, its text. */
export const codeBlock = /^(?:<!-- file: (\S+) -->\n)?```(\w*)\n([\s\S]*?)^```$/gm;

/** The same, or the folder of the project whose files, and no others, the commands below it have. */
const blockOrFolder = new RegExp(`${codeBlock.source}|^<!-- folder: (\\S+) -->$`, 'gm');

/** A page as it should be: what its commands and examples print, and its tables, made anew. */
export async function renewPage({ text }: Pick<Page, 'text'>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-docs-'));
  const hasFiles = /^<!-- (?:file|folder): /m.test(text);
  const run = (line: string) => (hasFiles ? poolctl(line, { cwd: folder }) : once(line));
  try {
    const renewed = new Map<string, string>();
    for (const [block, file, language, code = '', start] of text.matchAll(blockOrFolder)) {
      if (start !== undefined) startIn(folder, start);
      if (file !== undefined && language === 'diff') changeIn(folder, file, code);
      else if (file !== undefined) writeIn(folder, file, code);
      if (language === 'console') renewed.set(block, block.replace(code, await swap(renewConsole(code, run))));
      if (language === 'ts') renewed.set(block, block.replace(code, await swap(renewExample(code))));
    }
    return text
      .replace(codeBlock, (block) => renewed.get(block) ?? block)
      .replace(
        /(<!-- table: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
        (_match, start: string, name: string, end: string) => `${start}${tableNamed(name)}\n${end}`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As the second argument of replace(), which gives `$` a meaning of its own. */
const swap = async (text: Promise<string>) => {
  const found = await text;
  return () => found;
};

function startIn(folder: string, name: string): void {
  for (const old of readdirSync(folder)) rmSync(join(folder, old), { recursive: true });
  cpSync(`${root}${name}`, folder, { recursive: true });
}

function writeIn(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Lines of a file as a block shows them, `-` for what stands there and `+` for what it becomes. */
function changeIn(folder: string, name: string, diff: string): void {
  const linesOf = (...marks: string[]) =>
    diff
      .split('\n')
      .filter((line) => marks.includes(line[0] ?? ''))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const text = readFileSync(join(folder, name), 'utf8');
  const before = linesOf('-', ' ');
  if (before === '' || !text.includes(before)) throw new Error(`${name} has no lines\n${before}`);
  writeFileSync(
    join(folder, name),
    text.replace(before, () => linesOf('+', ' ')),
  );
}

const ran = new Map<string, Promise<Ran>>();

/** Runs a command line only once, however many pages show it. */
function once(line: string): Promise<Ran> {
  const running = ran.get(line) ?? poolctl(line);
  ran.set(line, running);
  return running;
}

/** `$ poolctl …` lines, which end where no `\` continues them, with what they print now; see `shorten` for a line `…`. */
async function renewConsole(block: string, run: (line: string) => Promise<Ran>): Promise<string> {
  let renewed = '';
  for (const part of block.split(/^(?=\$ )/m)) {
    const [command = '', line = ''] = /^\$ poolctl ?((?:.*\\\n)*.*)\n/.exec(part) ?? [];
    if (command === '') throw new Error(`A console block begins with "$ poolctl": ${part}`);
    const shown = part.slice(command.length).trimEnd().split('\n');
    const hasStatus = shown.at(-1)?.startsWith('(exit code') ?? false;
    const { stdout, stderr, exitCode } = await run(line.replace(/\\\n\s*/g, ''));
    const printed = (stdout + stderr).trimEnd().split('\n');
    const lines = shorten(printed, hasStatus ? shown.slice(0, -1) : shown);
    const status = hasStatus ? [`(exit code ${exitCode})`] : [];
    renewed += `${command}${[...lines, ...status].join('\n')}`.trimEnd().concat('\n');
  }
  return renewed;
}

/** What was printed, without what stood for `…` in what was shown: up to the line after it, or to the end. */
function shorten(printed: readonly string[], shown: readonly string[]): string[] {
  const lines: string[] = [];
  let [at, from] = [0, 0];
  for (;;) {
    const cut = shown.indexOf('…', from);
    if (cut < 0) return [...lines, ...printed.slice(at)];
    lines.push(...printed.slice(at, at + cut - from), '…');
    from = cut + 1;
    const next = shown[from];
    if (next === undefined) return lines;
    at = printed.indexOf(next, at);
    if (at < 0) throw new Error(`No line of the output is "${next}", which stands after a "…".`);
  }
}

const row = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

const surprises = (kind: SurpriseKind) => table(['Seen with', 'What happens', 'What to do'], surpriseRows(kind));

const emitTargets = await allTargets();
const driverRows = await driverBehaviourRows();
const written = {
  yaml: 'YAML, JSON',
  properties: '.properties',
  ini: '.ini',
  dotenv: '.env',
  toml: '.toml',
  xml: '.xml',
  libconfig: '.cnf',
  odyssey: '.conf',
  'postgres-conf': '.conf',
} as const;

/** The parameters of a system by what is done to them, in the order in which that first comes up. */
function doneTo(parameters: readonly DsnParameter[]): [does: string, names: string][] {
  const found = new Map<string, string[]>();
  for (const { names, as, refused, harmless, unused, note } of parameters) {
    const does =
      as !== undefined
        ? `follows it${note === undefined ? '' : `: ${note}`}`
        : refused !== undefined
          ? `refuses it${harmless ? ', unless it asks for what poolctl does anyway' : ''}: ${refused}`
          : `names it in a warning: ${unused}`;
    found.set(does, [...(found.get(does) ?? []), ...names.map((name) => `\`${name}\``)]);
  }
  return [...found].map(([does, names]) => [does, names.join(', ')]);
}

const tables: Readonly<Record<string, () => string>> = {
  commands: () =>
    table(
      ['Command', 'What it does'],
      commands.map(({ name, summary }) => [`\`${name}\``, summary]),
    ),
  'exit-codes': () => table(['Code', 'Meaning'], Object.entries(exitCodes)),
  'error-codes': () =>
    table(
      ['Error', 'Exit', 'Meaning'],
      Object.entries(errorCodes).map(([code, { exit, means }]) => [`\`${code}\``, exit, means]),
    ),
  'warning-codes': () =>
    table(
      ['Warning', 'Meaning'],
      Object.entries(warningCodes).map(([code, means]) => [`\`${code}\``, means]),
    ),
  'dsn-parameters': () =>
    table(
      ['System', 'Parameters', 'What poolctl does'],
      dsnSystems.flatMap(({ name, source, parameters }) =>
        doneTo(parameters).map(([does, names], index) => [index === 0 ? `[${name}](${source})` : '', names, does]),
      ),
    ),
  'dsn-variables': () =>
    table(
      ['Variable', 'Parameter'],
      dsnSystems.flatMap(({ parameters }) =>
        parameters.flatMap(({ env, names: [name = ''] }) => (env === undefined ? [] : [[`\`${env}\``, `\`${name}\``]])),
      ),
    ),
  servers: () =>
    table(
      ['`--server`', 'Server'],
      profileIds('servers').map((id) => [`\`${id}\``, profileTitle('servers', id)]),
    ),
  profiles: () =>
    table(
      ['`--profile`', 'Made for'],
      profileIds('pools').map((id) => [`\`${id}\``, profileTitle('pools', id)]),
    ),
  scenarios: () =>
    table(
      ['`--scenario`', 'What happens'],
      Object.entries(scenarios).map(([name, { summary }]) => [`\`${name}\``, summary]),
    ),
  targets: () =>
    table(
      ['`--emit`', 'Writes', 'What the driver lacks'],
      emitTargets.map(({ name, target: { title, instead } }) => [
        `\`${name}\``,
        title,
        Object.keys(instead).join(', '),
      ]),
    ),
  systems: () =>
    table(
      ['`--from`', 'Reads', 'Written as'],
      Object.entries(readers).map(([name, { title, formats }]) => [
        `\`${name}\``,
        title,
        formats.map((format) => written[format]).join(', '),
      ]),
    ),
  drivers: () => table(['Driver', 'What', 'What it does', 'Source'], driverRows),
  rules: () =>
    table(
      ['Rule', 'What it finds', 'recommended', 'strict', 'library'],
      rulePageIds().map((id) => [`[${id}](rules/${id}.md)`, rulePageTitle(id), ...levelsOf(id)]),
    ),
  'mcp-tools': () =>
    table(
      ['Tool', 'What it does', 'Command'],
      Object.entries(tools).map(([name, { title, command }]) => [`\`${name}\``, title, `\`poolctl ${command}\``]),
    ),
  entries: () =>
    table(
      ['Entry', 'What it has'],
      exportedFunctions.map(({ entry, names }) => [`\`${entry}\``, names.map((name) => `\`${name}\``).join(', ')]),
    ),
  'alert-rules': () =>
    table(
      ['Alert', 'Fires on'],
      alertRuleTable.map(({ alert, means }) => [`\`${alert}\``, means]),
    ),
  'metric-sources': () =>
    table(
      ['`--for`', 'Metrics of'],
      profileIds('metrics').map((id) => [`\`${id}\``, profileTitle('metrics', id)]),
    ),
  'monitor-libraries': () => table(['Library', 'Give', 'Not seen'], libraryRows()),
  'monitor-metrics': () => table(['OpenTelemetry', 'Prometheus', 'Kind, unit', 'Meaning'], metricRows()),
  'watch-metrics': () => table(['Metric', 'Kind', 'Labels', 'Meaning'], servedMetricRows()),
  'pool-log': () => table(['Event', 'Level', 'English', 'Korean'], logRows),
  'pool-log-ko': () =>
    table(
      ['이벤트', '레벨', '메시지'],
      logRows.map(([event = '', level = '', , korean = '']) => [event, level, korean]),
    ),
  'surprises-libraries': () => surprises('library'),
  'surprises-servers': () => surprises('server'),
  'surprises-poolers': () => surprises('pooler'),
  'surprises-tools': () => surprises('tool'),
  'surprises-formats': () => surprises('format'),
  folders: () =>
    table(
      ['Floor', 'Folder', 'What it holds'],
      floors().map(({ floor, folder, holds }) => [floor, `\`${folder}\``, holds]),
    ),
};

function tableNamed(name: string): string {
  const make = tables[name];
  if (!make) throw new Error(`No table is called "${name}": ${Object.keys(tables).join(', ')}.`);
  return make();
}
