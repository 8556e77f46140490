import type { Command } from 'commander';
import type { ExitCode } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { htmlOutputFlags } from '../cli/output.ts';
import { dsnHelp, serverFlags } from '../cli/server-flags.ts';
import {
  answerFlags,
  embeddedFlag,
  guardFlags,
  jobFlags,
  partFlags,
  poolerFlags,
  shardFlags,
  taskFlags,
  trafficFlags,
  workFlags,
} from './probe/flags.ts';

/** Printed by --help. */
export const examples = [
  'poolctl probe --embedded',
  'poolctl probe postgres://app@db.internal:5432/app --file orders.sql --var id=zipf:1..100000 --tps 200',
  'poolctl probe --hold lognormal:20ms,80ms --tps 200 --connection-limit 12 --queue-limit 20',
  'poolctl probe --hold 50ms --tps 100 --compare 6/0 12/20/2s',
  'poolctl probe --verify size.json -o report.html',
  'poolctl probe postgres://app@pooler:6432/app --control postgres://app@db:5432/app --hold 20ms --tps 200',
  'poolctl probe --hold exp:20ms --tps 400 --connection-limit 16 --shards 4 --save-plan plan.json',
  'poolctl probe --plan plan.json --shard 3/8 --save shard-3.json',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '[dsn] [flags]',
    arguments: [dsnHelp, ['[pool]', 'the second pool of --compare; with --clean, a run']],
    flags: {
      ...serverFlags,
      ...embeddedFlag,
      ...poolerFlags,
      ...workFlags,
      ...trafficFlags,
      ...taskFlags,
      ...guardFlags,
      ...shardFlags,
      ...partFlags,
      ...jobFlags,
      ...htmlOutputFlags,
      ...answerFlags,
    },
    remark:
      'Reads only, unless --allow-write is given; takes a quarter of the free\nconnections at most; leaves nothing behind.',
    examples,
  });
  command.action(async (first?: string, second?: string) =>
    answer(await run(optionReader(command, io), io, [first, second])),
  );
}

async function run(read: ReadOption, io: Io, args: readonly (string | undefined)[]): Promise<ExitCode> {
  const { runProbe } = await import('./probe/run.ts');
  return runProbe(read, io, args);
}
