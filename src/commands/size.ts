import type { Command } from 'commander';
import type { EngineId } from '../base/engine.ts';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import type { MeasuredDemand } from '../demand/demand.ts';
import type { Emitted } from '../emit/target.ts';
import type { Confirmation } from '../size/confirm.ts';
import type { SizeInput } from '../size/input.ts';
import type { Sized, SizeResult } from '../size/result.ts';
import { sizeFlags } from './size/flags.ts';

export function configure(command: Command, { io, answer }: CommandContext): void {
  const flags = { ...sizeFlags, ...outputFlags };
  declare(command, { usage: '--tps <rate> --p95 <time> [flags]', flags, examples });
  command.action(async () => answer(await run(optionReader(command, io), io)));
}

/** Printed by --help; every one is run by a test. */
export const examples = [
  'poolctl size --tps 200 --p95 300',
  'poolctl size --tps 200 --p50 80ms --p95 300ms --instances 3 --server mysql',
  'poolctl size --total-tps 600 --mean 120ms --instances 3 --surge 25% --server aws-rds-postgres:db.t3.medium --explain',
  'poolctl size --profile production --emit typeorm',
] as const;

const byModelAlone: ReadonlySet<string> = new Set(['BURSTS_ARE_ROUGH', 'RETRIES_ARE_ROUGH', 'QUEUE_TOO_SHORT']);

async function run(read: ReadOption, io: Io): Promise<ExitCode> {
  const write = reportWriter(read, io);
  const explain = read(sizeFlags.explain);
  const emitTargets = read(sizeFlags.emit)?.value ?? [];
  if (read(sizeFlags['print-queries'])) return printQueries(read, io);
  const { gatherSizeInput } = await import('./size/input.ts');
  const { input, engine, demand, warnings: sourceWarnings } = await gatherSizeInput(read, io);
  const { result, simulated } = await sizeOf(input, read, io);
  const { warnings: insights, ...sized } = result;
  const emitted = await emit(emitTargets, sized, engine, read);
  const warnings = [...sourceWarnings, ...insights, ...emitted.warnings];
  const { sizeView } = await import('../views/size.ts');
  const demandTables = demand ? (await import('../views/measured-demand.ts')).measuredDemandTables(demand) : [];
  const driverTables = sized.driver ? [(await import('../views/driver.ts')).driverTable(sized.driver, sized)] : [];
  await write({
    schema: 'poolctl.size/1',
    result: {
      ...sized,
      ...(simulated && { simulation: (await import('../size/confirm.ts')).confirmationResult(simulated) }),
      ...(emitTargets.length > 0 && { snippets: emitted.snippets }),
      ...(demand && { measuredDemand: demandResult(demand) }),
    },
    warnings,
    view: () => ({
      ...sizeView(sized, { explain, simulated, demandTables, driverTables }),
      warnings,
      snippets: emitted.snippets,
    }),
  });
  return sized.budget?.fits === false || sized.demand?.isMet === false ? 1 : 0;
}

/** Its warnings stand with all others. */
function demandResult({ warnings: _, ...told }: MeasuredDemand): Omit<MeasuredDemand, 'warnings'> {
  return told;
}

async function printQueries(read: ReadOption, io: Io): Promise<ExitCode> {
  const { asCommands, queriesToPrint } = await import('../demand/print-queries.ts');
  const printed = await queriesToPrint(read(sizeFlags.from)?.value ?? '', { cwd: io.cwd, nowMs: Date.now() });
  const file = 'answers.json';
  await reportWriter(
    read,
    io,
  )({
    schema: 'poolctl.queries/1',
    result: printed,
    view: () => ({
      headline: `# ${printed.title}`,
      tables: [],
      verbatim: `${asCommands(printed, file)}\n# Then: poolctl size --from ${file}`,
    }),
  });
  return 0;
}

/** By the model, or by simulation with what that came to. */
async function sizeOf(
  input: SizeInput,
  read: ReadOption,
  io: Io,
): Promise<{ readonly result: SizeResult; readonly simulated?: Confirmation }> {
  if (!read(sizeFlags.simulate)) return { result: (await import('../size/size.ts')).sizePool(input) };
  const { sizeBySimulation } = await import('../size/by-simulation.ts');
  const { progressOn } = await import('../cli/progress.ts');
  const progress = progressOn(io, 'simulating');
  const { result, confirmation } = await sizeBySimulation(input, {
    signal: io.interrupted,
    onProgress: (share) => progress.report(share),
  }).finally(progress.end);
  // Whoever simulates already does what these advise.
  const warnings = result.warnings.filter(({ code }) => !byModelAlone.has(code));
  return { result: { ...result, warnings }, simulated: confirmation };
}

async function emit(
  targets: readonly string[],
  sized: Sized,
  engine: EngineId | undefined,
  read: ReadOption,
): Promise<Emitted> {
  if (targets.length === 0) return { snippets: [], warnings: [] };
  const { emitSnippets, requestFor } = await import('../emit/run.ts');
  const [language, driverVersion] = [read(sizeFlags.lang)?.value, read(sizeFlags['driver-version'])?.value];
  return emitSnippets({ ...requestFor(sized, targets, engine), language, driverVersion });
}
