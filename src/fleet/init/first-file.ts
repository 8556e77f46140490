import { cleanLine } from '../../base/clean.ts';
import { engineNames } from '../../base/engine.ts';
import { wrap } from '../../base/wrap.ts';
import type { BudgetServer, BudgetService, FleetCount, FleetModel, ServerLimit } from '../../budget/model.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { configFile } from '../../lint/config.ts';
import { type OpenQuestion, openQuestions, yamlName } from './questions.ts';

/** A line of the file; one that is not open is a comment. */
interface Line {
  readonly depth: number;
  readonly text: string;
  readonly isOpen: boolean;
}

const columns = 80;

/**
 * A first fleet.yaml. What files say is not written again, so that it cannot become another number than theirs: it is told in
 * comments. What no file says is a line to complete. Nothing fails by it: no budget is declared.
 */
export function firstFleetFile(model: FleetModel, read: readonly string[]): string {
  const questions = openQuestions(model);
  const servers = model.servers.filter(({ counts }) => counts === 'server connections');
  const poolers = model.services.filter(({ pooler }) => pooler !== undefined);
  const services = model.services.filter(({ pooler }) => pooler === undefined);
  const blocks = [
    head(questions.length),
    [
      ...comment('Folders and files whose manifests, settings and code are read.'),
      open(0, `read: [${read.map(yamlName).join(', ')}]`),
    ],
    [
      ...comment(
        'How many releases may roll out at once in the worst minute, or all. Left out, it is one, and what one file deploys is one release.',
      ),
      closed(0, 'rolloutsAtOnce: 1'),
    ],
    section(
      'servers',
      serverFields,
      servers.map((server) => serverLines(server, model, questions)),
    ),
    poolers.length === 0
      ? []
      : section(
          'poolers',
          poolerFields,
          poolers.map((pooler) => poolerLines(pooler, questions)),
        ),
    section(
      'services',
      serviceFields,
      services.map((service) => serviceLines(service, questions)),
    ),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map(lineText).join('\n'))
    .join('\n\n')}\n`;
}

const serverFields = [
  'Servers, and what they let in.',
  'maxConnections: what the server says itself; or profile: its class of a provider, such as aws-rds-postgres:db.r6g.large.',
  'reserved: slots that no ordinary role may take; PostgreSQL keeps 3.',
  'others: connections of clients that are no services here, such as {admin: 5}.',
  'host: what services call it, where that is another name; or hosts: [a, b].',
  'budget: report tells only. With required, poolctl fleet ends with exit code 1 where the worst minute is above the limit.',
];

const poolerFields = [
  'Poolers between services and servers. Their own files are read.',
  'pairs: pairs of database and user, each with a pool; or users: [a, b].',
  'clientLimit, poolSize, reserve: what their files do not say.',
];

const serviceFields = [
  'Services. Instances, roll-outs, processes and pools are read from the files named here: write only what none of them says.',
  'instances: {normal: 2, max: 10, surge: 25%, processes: 1}; surge is what a roll-out adds.',
  'pools: [{to: SERVER, connectionLimit: 10, load: {totalTps: 600, p95: 80ms}}]; with a load, poolctl fleet says how large the pool should be.',
  'extras: connections beside the pools, such as {perInstance: {health: 1}, total: {leader: 1}, rollout: {migration: 1}}.',
  'release: services of one release roll out together.',
];

function head(open: number): readonly Line[] {
  const rest =
    open === 0
      ? ''
      : ` ${open === 1 ? 'One thing is' : `${open} things are`} not known: look for TODO, complete the line, and take its # away.`;
  return comment(
    `The servers of this fleet, and the services that share their connections. Written by poolctl init; poolctl fleet reads it.${rest}`,
  );
}

function section(key: string, remarks: readonly string[], entries: readonly (readonly Line[])[]): readonly Line[] {
  const lines = entries.flat();
  const isOpen = lines.some((line) => line.isOpen);
  return [
    ...remarks.flatMap((remark, at) => comment(at === 0 ? remark : `  ${remark}`)),
    { depth: 0, text: `${key}:`, isOpen },
    ...lines,
  ];
}

function serverLines(
  server: BudgetServer,
  { services }: FleetModel,
  questions: readonly OpenQuestion[],
): readonly Line[] {
  const { name, engine, limit, place } = server;
  const users = services.filter(({ pools }) => pools.some(({ to }) => to === name)).map((service) => service.name);
  const what = engine === undefined ? 'A server' : engineNames[engine];
  const found = [
    ...(place ? [`in ${placed(place)}`] : []),
    ...(limit.kind === 'limit' ? [`with max_connections ${limit.maxConnections}`] : []),
    ...(users.length > 0 ? [`used by ${some(users)}`] : []),
  ];
  return [
    open(1, `${yamlName(name)}:`),
    ...remark(2, `${what}${found.length > 0 ? `, ${found.join(', ')}` : ''}.`),
    ...poolerRemark(server, services),
    ...givenLines(server),
    ...todos(questions, 'servers', name),
    open(2, 'budget: report'),
  ];
}

/** The port of PgBouncer at a host that no pooler of the fleet is known to have. */
function poolerRemark({ name }: BudgetServer, services: FleetModel['services']): readonly Line[] {
  const pooler = services.find((service) => service.pooler !== undefined)?.name;
  const [, host] = /^(.+):6432$/.exec(name) ?? [];
  if (pooler === undefined || host === undefined) return [];
  return remark(
    2,
    `TODO 6432 is the port of PgBouncer. Is it ${pooler}? Then give that one host: ${yamlName(host)}, and leave this server out.`,
  );
}

/** What no file that a fleet reads says of a server: where it listens and what it is, and all that poolctl.yaml has of it. */
function givenLines({ name, engine, limit, hosts = [], place }: BudgetServer): readonly Line[] {
  const isOfLint = basename(place?.file) === configFile;
  const [, host, port] = /^(.+):(\d+)$/.exec(name) ?? [];
  const given = [
    ...(host === undefined ? [] : [`host: ${yamlName(host)}`, `port: ${port}`]),
    ...(hosts.length > 0 ? [`hosts: [${hosts.map(yamlName).join(', ')}]`] : []),
    ...(engine !== undefined && (!place || isOfLint) ? [`engine: ${engine}`] : []),
    ...(limit.kind === 'limit' && isOfLint ? limitLines(limit) : []),
  ];
  return given.map((text) => open(2, text));
}

function limitLines({ maxConnections, reserved, others }: ServerLimit): readonly string[] {
  const named = others.map((one) => `${yamlName(one.name)}: ${one.connections}`);
  return [
    `maxConnections: ${maxConnections}`,
    `reserved: ${reserved}`,
    ...(named.length > 0 ? [`others: {${named.join(', ')}}`] : []),
  ];
}

const basename = (file: string | undefined) => file?.split('/').at(-1);

function poolerLines(
  { name, kind, place, instances, pools }: BudgetService,
  questions: readonly OpenQuestion[],
): readonly Line[] {
  const found = [
    ...(place ? [`${kind} in ${placed(place)}`] : []),
    countWords(instances.most, 'instance'),
    ...pools.map(({ to, size }) => `${words(size)} connections of a process to ${to}`),
  ];
  return [
    open(1, `${yamlName(name)}:`),
    ...remark(2, `${found.join(', ')}.`),
    ...todos(questions, 'poolers', name),
    open(2, 'budget: report'),
  ];
}

function serviceLines(
  { name, kind, place, instances, processes, pools }: BudgetService,
  questions: readonly OpenQuestion[],
): readonly Line[] {
  const own = questions.filter((one) => one.section === 'services' && one.name === name);
  const found = [
    ...(place ? [`${kind} in ${placed(place)}`] : []),
    instancesWords(instances),
    ...(processes.kind === 'known' && processes.value === 1 ? [] : [countWords(processes, 'process')]),
    ...pools.map(
      ({ to, size }) =>
        `pool ${words(size)}${size.kind === 'known' && size.from !== undefined ? ` (${size.from})` : ''} to ${to}`,
    ),
  ];
  const said = remark(1, `${name}: ${found.join(', ')}.`);
  return own.length === 0 ? said : [...said, closed(1, `${yamlName(name)}:`), ...todos(questions, 'services', name)];
}

/** The questions of one, and below them the fields that wait for a value: each once, however many questions it settles. */
function todos(questions: readonly OpenQuestion[], kind: OpenQuestion['section'], name: string): readonly Line[] {
  const own = questions.filter((one) => one.section === kind && one.name === name);
  const asked = own.map(({ question, why, place }) => {
    const known = [...(why === undefined ? [] : [why]), ...(place ? [placed(place)] : [])].join('; ');
    return `TODO ${question}${known === '' ? '' : ` (${known})`}`;
  });
  const keys = [...new Set(own.map(({ field }) => field.split('.')[0] ?? field))];
  return [...asked.flatMap((text) => remark(2, text)), ...keys.flatMap((key) => fieldLines(key, own))];
}

function fieldLines(key: string, own: readonly OpenQuestion[]): readonly Line[] {
  const items = own.flatMap(({ field, example }) => {
    if (field === key) return [example];
    return field.startsWith(`${key}.`) ? [`${field.slice(key.length + 1)}: ${example}`] : [];
  });
  if (key === 'pools') return [closed(2, 'pools:'), ...items.map((item) => closed(3, `- ${item}`))];
  return [closed(2, own.some(({ field }) => field === key) ? `${key}: ${items[0]}` : `${key}: {${items.join(', ')}}`)];
}

function instancesWords({ normal, most }: BudgetService['instances']): string {
  return words(normal) === words(most) ? countWords(most, 'instance') : `${words(normal)} to ${words(most)} instances`;
}

function countWords(count: FleetCount, what: string): string {
  const many = what.endsWith('s') ? `${what}es` : `${what}s`;
  return `${words(count)} ${count.kind === 'known' && count.value === 1 ? what : many}`;
}

function words(count: FleetCount): string {
  return count.kind === 'known' ? `${count.value}` : '?';
}

/** The first three of some names, and how many more there are. */
function some(names: readonly string[]): string {
  const rest = names.length - 3;
  return rest > 0 ? `${names.slice(0, 3).join(', ')} and ${rest} more` : names.join(', ');
}

const placed = ({ file, line }: SourceSpan) => `${file}:${line}`;

const open = (depth: number, text: string): Line => ({ depth, text, isOpen: true });
const closed = (depth: number, text: string): Line => ({ depth, text, isOpen: false });
const comment = (text: string) => remark(0, text);

/** Names and reasons come from files of others: they stay within their comment. What is indented hangs. */
function remark(depth: number, text: string): readonly Line[] {
  const start = /^ */.exec(text)?.[0] ?? '';
  const hanging = `${start}${start}`;
  const lines = wrap(cleanLine(text.trim()), columns - 2 * depth - 2 - hanging.length);
  return lines.map((line, at) => ({ depth, text: `${at === 0 ? start : hanging}${line}`, isOpen: false }));
}

function lineText({ depth, text, isOpen }: Line): string {
  const indent = '  '.repeat(depth);
  return isOpen ? `${indent}${text}` : `${indent}# ${text}`;
}
