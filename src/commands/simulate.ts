import type { Command } from 'commander';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, reportWriter } from '../cli/output.ts';
import type { Scenario } from '../simulate/scenarios.ts';
import { simulateFlags } from './simulate/flags.ts';
import { loadFlags } from './size/flags.ts';

export const examples = [
  'poolctl simulate --tps 200 --p50 80 --p95 300 --connection-limit 10 --queue-limit 0 --vs 90/50/30s',
  'poolctl simulate --tps 200 --p50 80 --p95 300 --connection-limit 30 --queue-limit 50 --scenario stall',
  'poolctl simulate --tps 200 --mean 110ms --p50 80 --sweep connection-limit=20..40',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '--tps <rate> --p95 <time> --connection-limit <n> [flags]',
    flags: { ...loadFlags, ...simulateFlags, ...outputFlags },
    examples,
  });
  command.action(async () => answer(await run(optionReader(command, io), io)));
}

async function run(read: ReadOption, io: Io): Promise<ExitCode> {
  const write = reportWriter(read, io);
  const { gatherSimulation } = await import('./simulate/input.ts');
  const { input, pools, replications, measuredMs, ...plan } = await gatherSimulation(read, io);
  const { simulatePools } = await import('./simulate/run.ts');
  const simulated = await simulatePools(pools, input, replications, io);
  const { scenarios } = await import('../simulate/scenarios.ts');
  const { simulationResult, simulationView } = await import('../views/simulate.ts');
  const { summary, label } = scenarios[plan.scenario] as Scenario;
  const { seed, pools: instances = 1 } = input;
  const outcome = {
    ...plan,
    ...simulated,
    summary,
    instances,
    seed,
    durationMs: measuredMs,
    ...withoutUndefined({ label }),
  };
  await write({
    schema: 'poolctl.simulation/1',
    result: simulationResult(outcome),
    view: () => simulationView(outcome),
  });
  return 0;
}
