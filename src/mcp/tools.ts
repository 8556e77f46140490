import { formatCount } from '../base/units.ts';
import type { Tool, ToolArgument } from './tool.ts';

const text = (description: string) => ({ type: 'string', description });
const paths: ToolArgument = {
  use: 'path',
  schema: {
    type: 'array',
    items: { type: 'string' },
    description: 'Files and folders inside the roots of this server. Left out, it is the working folder.',
  },
};
/** Flags that lead to a server, or to files with passwords. */
const ofServers = ['url-file', 'sslmode', 'ca', 'timeout', 'window', 'print-queries'];

/** Every tool; the only list of them. */
export const tools: Readonly<Record<string, Tool>> = {
  size: {
    command: 'size',
    title: 'Size a connection pool',
    description:
      'How many connections a database pool needs: from requests a second and the time that each holds a connection to connectionLimit, queueLimit and acquireTimeout, what to expect of them, and whether all instances fit the server. Give tps (or total-tps) and p95 or mean. It asks no server.',
    withoutFlags: ofServers,
    maybeFiles: ['from', 'profile', 'server'],
    documents: ['poolctl.size/1'],
    says: ({ connectionLimit, queueLimit, acquireTimeoutMs, budget }) =>
      `connectionLimit ${count(connectionLimit)}, queueLimit ${count(queueLimit)}, acquireTimeout ${count(acquireTimeoutMs)} ms${fits(budget)}.`,
  },
  simulate: {
    command: 'simulate',
    title: 'Simulate a pool under a load',
    description:
      'What would happen to a pool of a given size under a load: waits, losses, an incident (scenario), a second pool to compare (vs), a curve over sizes (sweep). Give tps, p95 or mean, and connection-limit.',
    documents: ['poolctl.simulation/1'],
    says: ({ pools }) => `${formatCount(lengthOf(pools), 'pool')} simulated.`,
  },
  lint: {
    command: 'lint',
    title: 'Lint pool settings and code',
    description:
      'Mistakes with connection pools in code and configuration: pools without limits, leaks, budgets that are exceeded. Give paths, or text with stdin-filename (the name says what the text is). It changes no file.',
    arguments: {
      paths,
      text: { use: 'stdin', schema: text('A text to lint instead of files; needs stdin-filename.') },
    },
    withoutGroups: ['Changes:', 'Speed:'],
    withoutFlags: ['since'],
    documents: ['poolctl.lint/1'],
    says: ({ summary }) =>
      `${count(part(summary, 'errors'))} errors, ${count(part(summary, 'warnings'))} warnings, ${count(part(summary, 'remarks'))} remarks in ${count(part(summary, 'files'))} files. \`explain\` has the page of each rule.`,
  },
  explain: {
    command: 'explain',
    title: 'Explain a term, a rule, a code or a message',
    description:
      'What poolctl knows of a term, a rule of lint, an error or warning code, a setting, a flag, or a message of a driver or server; of several lines of a log, how often each cause is in them. Without arguments, the list of topics.',
    arguments: {
      topic: { use: 'message', schema: text('A topic, a code, a setting or a message; or lines of a log.') },
    },
    documents: ['poolctl.explanation/1', 'poolctl.topics/1', 'poolctl.search/1', 'poolctl.log/1'],
    says: ({ topics, found, symptoms }) =>
      topics || found || symptoms
        ? `${count(lengthOf(topics ?? found ?? symptoms))} ${topics ? 'topics' : found ? 'texts' : 'causes'}.`
        : 'One text.',
  },
  convert: {
    command: 'convert',
    title: 'Convert pool settings to another system',
    description:
      'Reads the pool that a file declares (HikariCP, DBCP, TypeORM, SQLAlchemy, Go and many others) and writes it as config of another system, with what is lost on the way. Give path or text, and to. `list` names the systems that can be read; the tool emit names those that can be written.',
    arguments: {
      path: { use: 'path', schema: text('A file inside the roots of this server.') },
      text: {
        use: 'stdin',
        schema: text('The settings themselves, instead of path; `from` may have to say whose they are.'),
      },
    },
    documents: ['poolctl.convert/1', 'poolctl.systems/1'],
    says: ({ systems, snippets, pools }) =>
      systems
        ? `${count(lengthOf(systems))} systems can be read.`
        : `${count(lengthOf(pools ?? snippets))} ${pools ? 'pools' : 'snippets'}.`,
  },
  emit: {
    command: 'emit',
    title: 'Write pool settings as config',
    description:
      'Settings of a pool as config of a driver, an ORM or a pooler. Give targets and connection-limit, or targets and size (the document of the tool size). `list` names the targets. With `check`, whether a file still has these settings. It writes no file.',
    arguments: {
      targets: { use: 'word', schema: text('What to write for, with commas between them: pg,typeorm') },
      size: {
        use: 'document',
        schema: { type: 'object', description: 'A document of the tool size, which holds all settings.' },
      },
    },
    withoutGroups: ['Writing:'],
    documents: ['poolctl.emit/1', 'poolctl.targets/1', 'poolctl.emit-check/1'],
    says: ({ targets, snippets }) =>
      targets ? `${count(lengthOf(targets))} targets.` : `${count(lengthOf(snippets))} snippets.`,
  },
  inspect: {
    command: 'inspect',
    title: 'Inspect a database server',
    description:
      'What a database server lets in, and who is connected now. One read-only connection, bounded by time limits; nothing is changed. The server is named by an environment variable of this process that holds its DSN, or as a target of the file that this process was started with; without either it is DATABASE_URL. A DSN is never an argument.',
    arguments: {
      env: { use: 'variable', schema: text('The name of an environment variable: DATABASE_URL. Never its value.') },
      target: { use: 'target', schema: text('The name of a target in the file of --targets. Never a DSN.') },
    },
    withoutGroups: ['Server:'],
    asksServer: true,
    documents: ['poolctl.inspect/1'],
    says: ({ limits }) =>
      `${count(part(limits, 'taken'))} of ${count(part(limits, 'maxConnections'))} connections are taken.`,
  },
  fleet_check: {
    command: 'fleet',
    title: 'Check the connection budget of a fleet',
    description:
      'Whether all services of each database server stay within its budget, in their worst minute, by fleet.yaml and the files of the services. Everything is read from files; no server is asked, so a fleet whose loads are in Prometheus is checked on the command line.',
    arguments: { paths },
    withoutGroups: ['Enforcement:'],
    withoutFlags: ['since', 'lock'],
    documents: ['poolctl.fleet/1'],
    says: ({ servers, findings }) => `${count(lengthOf(servers))} servers, ${count(lengthOf(findings))} findings.`,
  },
};

function count(value: unknown): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : '?';
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function part(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

function fits(budget: unknown): string {
  const isFit = part(budget, 'fits');
  return isFit === undefined ? '' : isFit === true ? '; it fits the server' : '; it does not fit the server';
}
