import type { EngineId } from '../../base/engine.ts';
import type { ExitCode } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { Report } from '../../cli/report.ts';
import type { MeasuredDemand } from '../../demand/demand.ts';
import type { Emitted } from '../../emit/target.ts';
import type { ProgressOptions } from '../../simulate/progress.ts';
import type { Confirmation } from '../../size/confirm.ts';
import type { SizeInput } from '../../size/input.ts';
import type { Sized, SizeResult } from '../../size/result.ts';
import { sizeFlags } from './flags.ts';
import { gatherSizeInput } from './input.ts';

const byModelAlone: ReadonlySet<string> = new Set(['BURSTS_ARE_ROUGH', 'RETRIES_ARE_ROUGH', 'QUEUE_TOO_SHORT']);

/** What `size` answers to its flags, for a terminal and a page alike. @throws PoolctlError */
export async function answerSize(
  read: ReadOption,
  io: Io,
  progress: ProgressOptions = {},
): Promise<{ readonly report: Report; readonly exitCode: ExitCode; readonly sized: Sized }> {
  const explain = read(sizeFlags.explain);
  const emitTargets = read(sizeFlags.emit)?.value ?? [];
  const { input, engine, demand, warnings: sourceWarnings } = await gatherSizeInput(read, io);
  const { result, simulated } = await sizeOf(input, read, progress);
  const { warnings: insights, ...sized } = result;
  const emitted = await emit(emitTargets, sized, engine, read);
  const warnings = [...sourceWarnings, ...insights, ...emitted.warnings];
  const { sizeView } = await import('../../views/size.ts');
  const demandTables = demand ? (await import('../../views/measured-demand.ts')).measuredDemandTables(demand) : [];
  const driverTables = sized.driver ? [(await import('../../views/driver.ts')).driverTable(sized.driver, sized)] : [];
  const report = {
    schema: 'poolctl.size/1',
    result: {
      ...sized,
      ...(simulated && { simulation: (await import('../../size/confirm.ts')).confirmationResult(simulated) }),
      ...(emitTargets.length > 0 && { snippets: emitted.snippets }),
      ...(demand && { measuredDemand: demandResult(demand) }),
    },
    warnings,
    view: () => ({
      ...sizeView(sized, { explain, simulated, demandTables, driverTables }),
      warnings,
      snippets: emitted.snippets,
    }),
  };
  return { report, sized, exitCode: sized.budget?.fits === false || sized.demand?.isMet === false ? 1 : 0 };
}

/** Its warnings stand with all others. */
function demandResult({ warnings: _, ...told }: MeasuredDemand): Omit<MeasuredDemand, 'warnings'> {
  return told;
}

/** By the model, or by simulation with what that came to. */
async function sizeOf(
  input: SizeInput,
  read: ReadOption,
  progress: ProgressOptions,
): Promise<{ readonly result: SizeResult; readonly simulated?: Confirmation }> {
  if (!read(sizeFlags.simulate)) return { result: (await import('../../size/size.ts')).sizePool(input) };
  const { sizeBySimulation } = await import('../../size/by-simulation.ts');
  const { result, confirmation } = await sizeBySimulation(input, progress);
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
  const { emitSnippets, requestFor } = await import('../../emit/run.ts');
  const [language, driverVersion] = [read(sizeFlags.lang)?.value, read(sizeFlags['driver-version'])?.value];
  return emitSnippets({ ...requestFor(sized, targets, engine), language, driverVersion });
}
