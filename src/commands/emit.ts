import { type Command, Option } from 'commander';
import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { parseCount, parseDurationMs } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import type { CommandContext } from '../cli/command.ts';
import { readInput } from '../cli/input.ts';
import { addOptions, optionReader, parseChoice, type ReadOption, type Sourced } from '../cli/options.ts';
import { addOutputOptions, type Report, reportWriter } from '../cli/output.ts';
import type { EmitRequest } from '../emit/run.ts';
import type { Snippet, Target } from '../emit/target.ts';

/** Printed by --help; every one is run by a test. */
export const examples = [
  'poolctl emit mysql2 --connection-limit 90 --queue-limit 50 --acquire-timeout 30s',
  'poolctl emit pg --connection-limit 36 --lang cjs',
  'poolctl emit --list',
] as const;

export function configure(command: Command, { io }: CommandContext): void {
  command
    .usage('<targets> [flags]')
    .argument('[targets]', 'what to write for, with commas between them; --list names them')
    .option('--list', 'list the targets, and what each can and cannot express');
  addOptions(command, 'Settings:', [
    ['--from <file>', 'a JSON answer of `poolctl size`; - for stdin'],
    ['--connection-limit <n>', 'connections of one pool'],
    ['--queue-limit <n>', 'waiting requests; 0 (default) for any number'],
    ['--acquire-timeout <time>', 'longest wait for a connection; 0 for ever (30s)'],
    ['--connect-timeout <time>', 'longest wait for a new session with the server (10s)'],
    ['--query-timeout <time>', 'longest run of a statement (none)'],
  ]);
  addOptions(command, 'Target:', [
    ['--engine <engine>', 'postgres, mysql, mariadb; where a target is for several'],
    ['--lang <language>', 'of snippets for Node: ts (default), js, cjs'],
    ['--driver-version <version>', 'write for that version of the driver: 3.10'],
  ]);
  addOptions(command, 'Writing:', [['--write <file>', 'put it into a file, after showing the difference']]);
  command.addOption(new Option('--dry-run', 'with --write: only show the difference').helpGroup('Writing:'));
  addOutputOptions(command);
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
  command.action((targets?: string) => run(command, io, targets));
}

async function run(command: Command, io: Io, names: string | undefined): Promise<void> {
  const read = optionReader(command, io);
  const write = reportWriter(command, read, io);
  if (command.opts<{ list?: boolean }>().list === true) return write(await list());
  if (names === undefined) {
    throw new PoolctlError('USAGE', 'For which target?', { hint: '`poolctl emit --list` names them.' });
  }
  const { chooseTarget, emitSnippets } = await import('../emit/run.ts');
  const { parseTargets, readDriverVersion, readLanguage } = await import('../cli/emit-options.ts');
  const engine = read('engine', parseChoice(['postgres', 'mysql', 'mariadb']))?.value;
  const file = read('write', (text) => text)?.value;
  const targets = parseTargets(names);
  const driverVersion = readDriverVersion(read);
  const { snippets, warnings } = await emitSnippets({
    ...(await settings(read, io, targets, engine)),
    language: readLanguage(read),
    driverVersion,
  });
  if (file !== undefined) {
    const isDryRun = command.opts<{ dryRun?: boolean }>().dryRun === true;
    const target = (name: string) => chooseTarget(name, engine, driverVersion);
    return write(await writeInto(file, snippets, target, { isDryRun, warnings, io }));
  }
  await write({
    schema: 'poolctl.emit/1',
    result: { snippets },
    warnings,
    view: () => ({ headline: snippets.map(({ title }) => title).join(', '), tables: [], snippets, warnings }),
  });
}

/** The difference that the snippet makes to a file, which is then written. */
async function writeInto(
  file: string,
  snippets: readonly Snippet[],
  targetOf: (name: string) => Promise<Target>,
  { isDryRun, warnings, io }: { isDryRun: boolean; warnings: readonly Warning[]; io: Io },
): Promise<Report> {
  const [snippet, second] = snippets;
  if (!snippet || second) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'One file takes one target.', { hint: 'Write them one by one.' });
  }
  const { changeFile } = await import('./emit/write.ts');
  const { diff, apply } = await changeFile(file, snippet, await targetOf(snippet.target), io);
  const isWritten = !isDryRun && diff !== '';
  if (isWritten) apply();
  const verb = diff === '' ? 'has it already' : isWritten ? 'written' : 'would be written';
  return {
    schema: 'poolctl.emit/1',
    result: { file, isWritten, diff, snippets },
    warnings,
    view: () => ({ headline: `${file}: ${verb}`, tables: [], verbatim: diff, warnings }),
  };
}

/** From an answer of `size`, or from flags. */
async function settings(
  read: ReadOption,
  io: Io,
  names: readonly string[],
  engine: EngineId | undefined,
): Promise<EmitRequest> {
  const from = read('from', (text) => text);
  const orZero = (parse: (text: string, source: string) => number) => (text: string, source: string) =>
    text === '0' ? 0 : parse(text, source);
  const connectionLimit = read('connection-limit', parseCount);
  const queueLimit = read('queue-limit', orZero(parseCount));
  const acquireTimeoutMs = read('acquire-timeout', orZero(parseDurationMs));
  const connectTimeoutMs = read('connect-timeout', parseDurationMs);
  const queryTimeoutMs = read('query-timeout', parseDurationMs);
  const given = [connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs];
  if (from) {
    refuseBoth(from, given);
    const { requestFor } = await import('../emit/run.ts');
    const { parseSized } = await import('../size/document.ts');
    const { text, name } = await readInput(from.value, io);
    return requestFor(parseSized(text, name), names, engine);
  }
  if (!connectionLimit) {
    throw new PoolctlError('INPUT_MISSING', 'Which settings?', {
      hint: 'Give --connection-limit 90 (and --queue-limit, --acquire-timeout), or --from size.json.',
    });
  }
  return {
    names,
    engine,
    why: [`connectionLimit ${connectionLimit.value}.`],
    fleet: { instances: 1, processesPerInstance: 1, connections: connectionLimit.value },
    settings: {
      connectionLimit: connectionLimit.value,
      queueLimit: queueLimit?.value ?? 0,
      acquireTimeoutMs: acquireTimeoutMs?.value ?? 30_000,
      connectTimeoutMs: connectTimeoutMs?.value ?? 10_000,
      ...(queryTimeoutMs && { queryTimeoutMs: queryTimeoutMs.value }),
    },
  };
}

function refuseBoth(from: Sourced<string>, given: readonly (Sourced<number> | undefined)[]): void {
  const flag = given.find((candidate) => candidate?.source.startsWith('--'));
  if (!flag) return;
  throw new PoolctlError('INPUT_CONTRADICTION', `${from.source} and ${flag.source} cannot both be given.`, {
    hint: 'The answer of size holds all settings; size again with other flags.',
  });
}

/** Every target, and what it says of the four settings that drivers lack. */
async function list(): Promise<Report> {
  const { targetList } = await import('../emit/list.ts');
  const targets = await targetList();
  return {
    schema: 'poolctl.targets/1',
    result: { targets },
    view: () => ({
      headline: `${targets.length} targets`,
      tables: [
        {
          title: 'Targets',
          head: ['name', 'writes', 'for', 'what the driver lacks'],
          rows: targets.map(({ name, title, engines, lacks }) => [
            name,
            title,
            engines.join(', '),
            lacks
              .map(({ setting, instead }) => (instead === undefined ? `${setting} (cannot be had)` : setting))
              .join(', '),
          ]),
        },
      ],
    }),
  };
}
