import type { Command } from 'commander';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { CommandContext } from '../cli/command.ts';
import { addOptions, optionReader } from '../cli/options.ts';
import { addOutputOptions, reportWriter } from '../cli/output.ts';
import type { Scenario } from '../simulate/scenarios.ts';
import { loadOptions } from './size/options.ts';

export const examples = [
  'poolctl simulate --tps 200 --p50 80 --p95 300 --connection-limit 10 --queue-limit 0 --vs 90/50/30s',
  'poolctl simulate --tps 200 --p50 80 --p95 300 --connection-limit 30 --queue-limit 50 --scenario stall',
  'poolctl simulate --tps 200 --mean 110ms --p50 80 --sweep connection-limit=20..40',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  command.usage('--tps <rate> --p95 <time> --connection-limit <n> [flags]');
  addOptions(command, 'Workload:', loadOptions);
  addOptions(command, 'Pool:', [
    ['--connection-limit <n>', 'connections of one pool'],
    ['--queue-limit <n>', 'requests that may wait; 0 (default) is unlimited, as in mysql2; or none'],
    ['--acquire-timeout <time>', 'how long a request waits; 0 (default) is for ever'],
    ['--vs <settings>', 'a second pool to compare: 90/50/30s, or recommended'],
    ['--instances <n>', 'instances, each with such a pool'],
    ['--balancer <name>', 'random, round-robin (default) or least-busy'],
    ['--max-connections <n>', 'what the server allows all of them together'],
  ]);
  addOptions(command, 'Run:', [
    ['--scenario <name>', 'steady (default), burst, stall, deploy, slow-query, retry-storm'],
    ['--arrivals <kind>', 'poisson (default), paced, or batches:10'],
    ['--trace <file>', 'recorded arrivals, the moment of one request a line'],
    ['--retries <spec>', 'requests that fail come again: 3:200ms (attempts, pause)'],
    ['--duration <time>', 'measured time of a run: 60s'],
    ['--replications <n>', 'independent runs: 5'],
    ['--seed <n>', 'the same seed gives the same runs: 1'],
    ['--sweep <range>', 'a curve over connection-limit=10..120'],
  ]);
  addOutputOptions(command);
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
  command.action(async () => answer(await run(command, io)));
}

async function run(command: Command, io: Io): Promise<ExitCode> {
  const read = optionReader(command, io);
  const write = reportWriter(command, read, io);
  const { gatherSimulation } = await import('./simulate/input.ts');
  const { input, pools, replications, measuredMs, ...plan } = gatherSimulation(read, io);
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
