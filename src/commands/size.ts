import type { Command } from 'commander';
import type { EngineId } from '../base/engine.ts';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { Warning } from '../base/warning.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import type { Emitted } from '../emit/target.ts';
import type { TableView } from '../render/view.ts';
import type { SizeInput } from '../size/input.ts';
import type { Sized } from '../size/result.ts';
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

async function run(read: ReadOption, io: Io): Promise<ExitCode> {
  const write = reportWriter(read, io);
  const explain = read(sizeFlags.explain);
  const emitTargets = read(sizeFlags.emit)?.value ?? [];
  const { gatherSizeInput } = await import('./size/input.ts');
  const { input, engine, warnings: sourceWarnings } = await gatherSizeInput(read, io);
  const { sizePool } = await import('../size/size.ts');
  const { warnings: insights, ...sized } = sizePool(input);
  const confirmed = await confirm(read, input, sized, io);
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

async function confirm(read: ReadOption, input: SizeInput, sized: Sized, io: Io): Promise<Confirmed> {
  if (!read(sizeFlags.simulate)) return { result: {}, tables: [], warnings: [] };
  const { confirmationResult, confirmBySimulation } = await import('../size/confirm.ts');
  const { confirmationTable } = await import('../views/confirmation.ts');
  const { progressOn } = await import('../cli/progress.ts');
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
  const [language, driverVersion] = [read(sizeFlags.lang)?.value, read(sizeFlags['driver-version'])?.value];
  return emitSnippets({ ...requestFor(sized, targets, engine), language, driverVersion });
}
