import type { Command } from 'commander';
import type { EngineId } from '../base/engine.ts';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { Warning } from '../base/warning.ts';
import type { CommandContext } from '../cli/command.ts';
import { addOptions, optionReader, type ReadOption } from '../cli/options.ts';
import { addOutputOptions, reportWriter } from '../cli/output.ts';
import { progressOn } from '../cli/progress.ts';
import { targetOptions } from '../cli/target-options.ts';
import type { Emitted } from '../emit/target.ts';
import type { TableView } from '../render/view.ts';
import type { SizeInput } from '../size/input.ts';
import type { Sized } from '../size/result.ts';
import { loadOptions } from './size/options.ts';

export function configure(command: Command, { io, answer }: CommandContext): void {
  command.usage('--tps <rate> --p95 <time> [flags]');
  addOptions(command, 'Workload:', [
    ...loadOptions,
    ['--deadline <time>', 'what the caller waits in all; lowers acquireTimeout'],
    ['--batch-jobs <n>', 'batch jobs at once in one pool, each holding a connection'],
    ['--connections-per-request <n>', 'connections one request holds at once'],
    ['--concurrent-requests <n>', 'requests at once in one process, if something bounds them'],
  ]);
  addOptions(command, 'Targets of the model:', [
    ['--max-wait-p99 <time>', 'longest p99 wait; a tenth of the deadline, or the mean hold'],
    ['--max-loss <share>', 'most requests refused or given up: 0.1%'],
    ['--method <name>', 'formula (default); model: the smallest pool for the targets'],
    ['--simulate', 'confirm the prediction by simulation'],
  ]);
  addOptions(command, 'Measured:', [
    ['--from <dsn|file>', 'TPS and hold times: measure that server now, or a `measure` file'],
    ['--window <time>', 'how long to measure (60s)'],
  ]);
  addOptions(command, 'Rule:', [
    ['--headroom <share>', 'connections above the load: 50% (default), 0.3'],
    ['--profile <name|file>', 'settings or a rule by name, a YAML file, or - for stdin'],
  ]);
  addOptions(command, 'Server:', [
    ['--server <profile|dsn>', 'mysql, aws-rds-mysql:db.t3.medium, ...; or a DSN: ask it'],
    ...targetOptions,
    ['--max-connections <n>', "the server's max_connections"],
    ['--reserved <n>', 'slots that the application cannot have'],
    ['--other-connections <n>', 'connections that others take'],
    ['--cores <n>', 'cores of the server, for a bound on active connections'],
    ['--spindles <n>', 'disks of the server'],
  ]);
  addOptions(command, 'Fleet:', [
    ['--instances <n>', 'instances in normal running'],
    ['--max-instances <n>', 'the most that autoscaling starts'],
    ['--processes <n>', 'processes per instance, each with a pool of its own'],
    ['--surge <share>', 'extra instances during a rolling deploy: 25%'],
  ]);
  addOptions(command, 'Answer:', [
    ['--emit <targets>', 'print a config snippet: mysql2, pg, typeorm, ...; `poolctl emit --list`'],
    ['--lang <language>', 'of snippets for Node: ts (default), js, cjs'],
    ['--driver-version <version>', 'write for that version of the driver: 3.10'],
    ['--explain', 'print every step with its formula and sources'],
  ]);
  addOutputOptions(command);
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
  command.action(async () => answer(await run(command, io)));
}

/** Printed by --help; every one is run by a test. */
export const examples = [
  'poolctl size --tps 200 --p95 300',
  'poolctl size --tps 200 --p50 80ms --p95 300ms --instances 3 --server mysql',
  'poolctl size --total-tps 600 --mean 120ms --instances 3 --surge 25% --server aws-rds-postgres:db.t3.medium --explain',
  'poolctl size --profile production --emit typeorm',
] as const;

async function run(command: Command, io: Io): Promise<ExitCode> {
  const read = optionReader(command, io);
  const write = reportWriter(command, read, io);
  const explain = command.opts<{ explain?: boolean }>().explain === true;
  const { gatherSizeInput } = await import('./size/input.ts');
  const { input, emitTargets, engine, warnings: sourceWarnings } = await gatherSizeInput(read, io);
  const { sizePool } = await import('../size/size.ts');
  const { warnings: insights, ...sized } = sizePool(input);
  const confirmed = await confirm(command, input, sized, io);
  const emitted = await emit(emitTargets, sized, engine, read);
  // Whoever simulates already does what this one advises.
  const advice = insights.filter(({ code }) => code !== 'BURSTS_ARE_ROUGH' || confirmed.tables.length === 0);
  const warnings = [...sourceWarnings, ...advice, ...confirmed.warnings, ...emitted.warnings];
  const { sizeView } = await import('../views/size.ts');
  await write({
    schema: 'poolctl.size/1',
    result: { ...sized, ...confirmed.result, ...(emitTargets.length > 0 && { snippets: emitted.snippets }) },
    warnings,
    view: () => ({ ...sizeView(sized, { explain, more: confirmed.tables }), warnings, snippets: emitted.snippets }),
  });
  return sized.budget?.fits === false ? 1 : 0;
}

interface Confirmed {
  readonly result: object;
  readonly tables: readonly TableView[];
  readonly warnings: readonly Warning[];
}

async function confirm(command: Command, input: SizeInput, sized: Sized, io: Io): Promise<Confirmed> {
  if (command.opts<{ simulate?: boolean }>().simulate !== true) return { result: {}, tables: [], warnings: [] };
  const { confirmationResult, confirmBySimulation } = await import('../size/confirm.ts');
  const { confirmationTable } = await import('../views/confirmation.ts');
  const progress = progressOn(io, 'simulating');
  const { confirmation, warnings } = await confirmBySimulation(input, sized, {
    signal: io.interrupted,
    onProgress: (share) => progress.report(share),
  }).finally(progress.end);
  return {
    result: { simulation: confirmationResult(confirmation) },
    tables: sized.outlook ? [confirmationTable(sized.outlook, confirmation)] : [],
    warnings,
  };
}

async function emit(
  targets: readonly string[],
  sized: Sized,
  engine: EngineId | undefined,
  read: ReadOption,
): Promise<Emitted> {
  if (targets.length === 0) return { snippets: [], warnings: [] };
  const { emitSnippets, requestFor } = await import('../emit/run.ts');
  const { readDriverVersion, readLanguage } = await import('../cli/emit-options.ts');
  const [language, driverVersion] = [readLanguage(read), readDriverVersion(read)];
  return emitSnippets({ ...requestFor(sized, targets, engine), language, driverVersion });
}
