import { Command, CommanderError } from 'commander';
import { cleanLines } from './base/clean.ts';
import { lateAfter, reportBug } from './base/crash.ts';
import { errorDocument, shownError } from './base/error-document.ts';
import { type ExitCode, PoolctlError } from './base/errors.ts';
import type { Io } from './base/io.ts';
import { packageVersion } from './base/version.ts';
import { commands } from './commands/index.ts';

/** How long an interrupted command may take to hand over what it has. */
const defaultGraceMs = 5_000;
/** The same after an error that nobody caught. */
const crashGraceMs = 10_000;

/** Runs the command line in `argv` (without node and script) and answers with the exit code; it never ends the process. */
export async function main(argv: readonly string[], io: Io, graceMs = defaultGraceMs): Promise<ExitCode> {
  const { interrupted } = io;
  const running = runSafely(argv, io);
  let grace: NodeJS.Timeout | undefined;
  const stopped = new Promise<void>((resolve) => {
    const stop = () => {
      grace = setTimeout(resolve, graceMs);
    };
    if (interrupted.aborted) stop();
    else interrupted.addEventListener('abort', stop, { once: true });
  });
  const exitCode = await Promise.race([running, stopped]);
  clearTimeout(grace);
  if (interrupted.aborted) return interruptedBy(interrupted.reason);
  return exitCode ?? 0;
}

function interruptedBy(reason: unknown): ExitCode {
  return reason === 129 || reason === 143 ? reason : 130;
}

/** Runs it to its exit code, whatever is thrown, and wherever. What stderr gets is cleaned here. */
async function runSafely(argv: readonly string[], given: Io): Promise<ExitCode> {
  const { crashed = new AbortController().signal } = given;
  const { late, stop } = lateAfter(crashed, crashGraceMs);
  let endWatch = () => {};
  const io: Io = {
    ...given,
    stderr: {
      get isTTY() {
        return given.stderr.isTTY;
      },
      get columns() {
        return given.stderr.columns;
      },
      write: (text) => given.stderr.write(cleanLines(text)),
    },
    watchLoop(timeoutMs) {
      endWatch();
      endWatch = given.watchLoop?.(timeoutMs) ?? endWatch;
      return endWatch;
    },
  };
  try {
    const exitCode = await Promise.race([run(argv, io), late]);
    return crashed.aborted ? reportError(crashed.reason, argv, io) : exitCode;
  } catch (error) {
    if (io.interrupted.aborted) return 130;
    return reportError(crashed.aborted ? crashed.reason : error, argv, io);
  } finally {
    endWatch();
    stop();
  }
}

async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = buildProgram(io, (code) => {
    exitCode = code;
  });
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  await program.parseAsync([...argv], { from: 'user' });
  return exitCode;
}

/** The command tree. A command's own file is loaded only when that command is asked for. */
export function buildProgram(io: Io, answer: (exitCode: ExitCode) => void): Command {
  const program = new Command('poolctl')
    .description('Sizes database connection pools from measured load, and checks them against the server.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: () => {}, outputError: () => {} })
    .addHelpText(
      'after',
      '\nExamples:\n  poolctl size --tps 200 --p95 300\n  poolctl explain exit-codes\n\nEvery flag of a command can be set in the environment: POOLCTL_HEADROOM=30% for --headroom 30%.',
    );
  for (const { name, summary } of commands) {
    program.command(name).summary(summary).description(summary).copyInheritedSettings(program);
  }
  program.hook('preSubcommand', async (_program, command) => {
    const entry = commands.find(({ name }) => name === command.name());
    if (!entry) return;
    const { defaultsFor, surroundingsOf } = await import('./cli/surroundings.ts');
    const own = surroundingsOf(io, command);
    (await entry.load()).configure(command, { io: own, answer, commands });
    const names = commands.map(({ name }) => name);
    command.hook('preAction', async () => {
      own.defaults = await defaultsFor(command, io, names);
    });
  });
  return program;
}

function reportError(error: unknown, argv: readonly string[], io: Io): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const known = error instanceof CommanderError ? usageError(error) : error;
  if (!(known instanceof PoolctlError)) return reportBug(known, io);

  const said = shownError(known);
  const { code, message, hint } = said;
  if (wantsJson(argv, io)) {
    io.stdout.write(errorDocument(said));
  } else {
    io.stderr.write(`error[${code}]: ${message}\n${hint === undefined ? '' : `  hint: ${hint}\n`}`);
  }
  return known.exitCode;
}

/** commander's message, split into what is wrong and its "(Did you mean …?)". */
function usageError({ message }: CommanderError): PoolctlError {
  const [what = '', meant] = message.replace(/^error: /, '').split('\n');
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}${/[.?!]$/.test(what) ? '' : '.'}`;
  return new PoolctlError('USAGE', sentence, {
    hint: meant === undefined ? '`poolctl --help` lists what there is.' : meant.replace(/^\(|\)$/g, ''),
  });
}

function wantsJson(argv: readonly string[], { env }: Io): boolean {
  const format = argv.indexOf('--format');
  return (
    argv.includes('--json') ||
    argv.includes('--format=json') ||
    (format >= 0 && argv[format + 1] === 'json') ||
    env['POOLCTL_FORMAT'] === 'json'
  );
}
