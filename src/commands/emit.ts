import type { Command } from 'commander';
import type { EngineId } from '../base/engine.ts';
import { type ExitCode, PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { snippetFlags, someTargets } from '../cli/emit-flags.ts';
import { aCount, aCountOrZero, aFile, anEngine, aText, aTime, flagGroup, type Sourced, takes } from '../cli/flag.ts';
import { readInput } from '../cli/input.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, type Report, reportWriter } from '../cli/output.ts';
import type { GivenSettings } from '../emit/into.ts';
import type { EmitRequest } from '../emit/run.ts';
import type { Change } from './emit/write.ts';

/** Printed by --help; every one is run by a test. */
export const examples = [
  'poolctl emit mysql2 --connection-limit 90 --queue-limit 50 --acquire-timeout 30s',
  'poolctl emit pg --connection-limit 36 --lang cjs',
  'poolctl emit pg --connection-limit 36 --check src/db.ts',
  'poolctl emit --list',
] as const;

const aTimeOrZero = takes('<time>', '30s', (text, source) => (text === '0' ? 0 : aTime.parse(text, source)));

const aQueueLimit = takes(
  '<n>',
  '50',
  (text, source) => (text === 'none' ? ('none' as const) : aCountOrZero.parse(text, source)),
  { offers: ['none'] },
);

const aPlace = aText('<place>', 'production');
const aProfile = aText('<name>', 'prod');

const settingsFlags = flagGroup('Settings:', {
  from: { takes: aFile, help: 'a JSON answer of `poolctl size`; - for stdin' },
  'connection-limit': { takes: aCount, help: 'connections of one pool' },
  'queue-limit': {
    takes: aQueueLimit,
    default: '0',
    help: 'waiting requests; 0 (default) for any number, none to refuse at once',
  },
  'acquire-timeout': {
    takes: aTimeOrZero,
    default: '30s',
    help: 'longest wait for a connection; 0 for no limit (30s)',
  },
  'connect-timeout': { takes: aTime, default: '10s', help: 'longest wait for a new session with the server (10s)' },
  'query-timeout': { takes: aTime, help: 'longest run of a statement (none)' },
});

const emitFlags = {
  ...flagGroup('Options:', { list: { help: 'list the targets, and what each can and cannot express' } }),
  ...settingsFlags,
  ...flagGroup('Target:', {
    engine: { takes: anEngine, help: 'postgres, mysql, mariadb; where a target is for several' },
  }),
  ...snippetFlags,
  ...flagGroup('Writing:', {
    write: {
      takes: aFile,
      help: 'put it into a file, after showing the difference; one that is there keeps what is not given',
    },
    'dry-run': { help: 'with --write: only show the difference' },
  }),
  ...flagGroup('Checking:', {
    check: { takes: aFile, help: 'does a file still have the answer? exit 1 and the differences where not' },
    at: { takes: aPlace, help: 'with --check: which of several pools, by where it stands: production' },
    'spring-profile': { takes: aProfile, help: 'with --check: the profile of Spring Boot that is meant' },
  }),
};

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '<targets> [flags]',
    arguments: [['[targets]', 'what to write for, with commas between them; --list names them']],
    flags: { ...emitFlags, ...outputFlags },
    examples,
  });
  command.action(async (targets?: string) => answer(await run(optionReader(command, io), io, targets)));
}

async function run(read: ReadOption, io: Io, names: string | undefined): Promise<ExitCode> {
  const write = reportWriter(read, io);
  if (read(emitFlags.list)) {
    await write(await list());
    return 0;
  }
  if (names === undefined) {
    throw new PoolctlError('USAGE', 'For which target?', { hint: '`poolctl emit --list` names them.' });
  }
  const engine = read(emitFlags.engine)?.value;
  const targets = someTargets.parse(names, '<targets>');
  const { request, given } = await settings(read, io, targets, engine);
  const asked: EmitRequest = {
    ...request,
    language: read(emitFlags.lang)?.value,
    driverVersion: read(emitFlags['driver-version'])?.value,
  };
  const checked = read(emitFlags.check);
  const file = read(emitFlags.write)?.value;
  if (checked && file !== undefined) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--write and --check cannot both be given.', {
      hint: '--check only looks; --write changes the file.',
    });
  }
  if (checked) return check(checked.value, asked, given, read, io);
  if (file !== undefined) {
    const { changeFile } = await import('./emit/write.ts');
    await write(writtenReport(file, await changeFile(file, asked, given, io), read(emitFlags['dry-run'])));
    return 0;
  }
  const { emitSnippets } = await import('../emit/run.ts');
  const { snippets, warnings } = await emitSnippets(asked);
  await write({
    schema: 'poolctl.emit/1',
    result: { snippets },
    warnings,
    view: () => ({ headline: snippets.map(({ title }) => title).join(', '), tables: [], snippets, warnings }),
  });
  return 0;
}

async function check(
  file: string,
  emit: EmitRequest,
  given: GivenSettings,
  read: ReadOption,
  io: Io,
): Promise<ExitCode> {
  const [{ checkFile }, { checkReport }, { isMatch }] = await Promise.all([
    import('./emit/check.ts'),
    import('./emit/check-report.ts'),
    import('../emit/check/checked.ts'),
  ]);
  const profile = read(emitFlags['spring-profile'])?.value;
  const springProfiles = profile === undefined ? undefined : [profile];
  const found = await checkFile({ file, emit, given, at: read(emitFlags.at)?.value, springProfiles }, io);
  await reportWriter(read, io)(checkReport(found));
  return isMatch(found) ? 0 : 1;
}

/** Does what is to become of the file, and shows it. */
function writtenReport(file: string, change: Change, isDryRun: boolean): Report {
  const { diff, snippets, warnings, toldBy } = change;
  const isWritten = !isDryRun && diff !== '';
  if (isWritten) change.apply();
  const verb = diff === '' ? 'has it already' : isWritten ? 'written' : 'would be written';
  return {
    schema: 'poolctl.emit/1',
    result: { file, isWritten, diff, snippets },
    warnings,
    view: () => ({
      headline: `${file}: ${[verb, ...(toldBy === undefined ? [] : [toldBy])].join(', ')}`,
      tables: [],
      verbatim: diff,
      warnings,
    }),
  };
}

/** From an answer of `size`, which holds all of them, or from flags. */
async function settings(
  read: ReadOption,
  io: Io,
  names: readonly string[],
  engine: EngineId | undefined,
): Promise<{ request: EmitRequest; given: GivenSettings }> {
  const from = read(settingsFlags.from);
  const connectionLimit = read(settingsFlags['connection-limit']);
  const queueLimit = read(settingsFlags['queue-limit']);
  const acquireTimeoutMs = read(settingsFlags['acquire-timeout']);
  const connectTimeoutMs = read(settingsFlags['connect-timeout']);
  const queryTimeoutMs = read(settingsFlags['query-timeout']);
  const all = { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs };
  if (from) {
    refuseBoth(from, Object.values(all));
    const { requestFor } = await import('../emit/run.ts');
    const { parseSized } = await import('../size/document.ts');
    const { text, name } = await readInput(from.value, io);
    return { request: requestFor(parseSized(text, name), names, engine), given: settingNames };
  }
  if (!connectionLimit) {
    throw new PoolctlError('INPUT_MISSING', 'Which settings?', {
      hint: 'Give --connection-limit 90 (and --queue-limit, --acquire-timeout), or --from size.json.',
    });
  }
  return {
    request: {
      names,
      engine,
      why: [`connectionLimit ${connectionLimit.value}.`],
      settings: {
        connectionLimit: connectionLimit.value,
        ...(queueLimit.value === 'none'
          ? { queueLimit: 0, nobodyWaits: true as const }
          : { queueLimit: queueLimit.value }),
        acquireTimeoutMs: acquireTimeoutMs.value,
        connectTimeoutMs: connectTimeoutMs.value,
        ...(queryTimeoutMs && { queryTimeoutMs: queryTimeoutMs.value }),
      },
    },
    given: settingNames.filter((name) => all[name] && all[name].source !== 'default'),
  };
}

const settingNames = [
  'connectionLimit',
  'queueLimit',
  'acquireTimeoutMs',
  'connectTimeoutMs',
  'queryTimeoutMs',
] as const satisfies GivenSettings;

function refuseBoth(from: Sourced<string>, given: readonly (Sourced<unknown> | undefined)[]): void {
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
          head: ['name', 'for', 'writes: what the driver lacks'],
          rows: targets.map(({ name, title, engines, lacks }) => [
            name,
            engines.join(', '),
            lacks.length > 0 ? `${title}: no ${lacks.map(lacked).join(', ')}` : title,
          ]),
        },
      ],
    }),
  };
}

function lacked({ setting, instead }: { readonly setting: string; readonly instead?: string | undefined }): string {
  return instead === undefined ? `${setting} (cannot be had)` : setting;
}
