import type { ExitCode } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { Report } from '../../cli/report.ts';
import type { ProgressOptions } from '../../simulate/progress.ts';
import { isGoodOutcome, simulationResult, simulationView } from '../../views/simulate.ts';
import { gatherSimulation } from './input.ts';
import { simulatePools } from './run.ts';

/** What `simulate` answers to its flags, for a terminal and a page alike. @throws PoolctlError */
export async function answerSimulation(
  read: ReadOption,
  io: Io,
  progress: ProgressOptions = {},
): Promise<{ readonly report: Report; readonly exitCode: ExitCode }> {
  const plan = await gatherSimulation(read, io);
  const { warnings, ...simulated } = await simulatePools(plan, progress);
  const outcome = { ...plan.described, ...simulated };
  const report = {
    schema: 'poolctl.simulation/1',
    result: simulationResult(outcome),
    warnings,
    view: () => ({ ...simulationView(outcome), warnings }),
  };
  return { report, exitCode: isGoodOutcome(outcome) ? 0 : 1 };
}
