import type { Command } from 'commander';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader } from '../cli/options.ts';
import { serverFlags } from '../cli/server-flags.ts';
import { listenFlags, watchFlags, watchOutputFlags } from './watch/flags.ts';

/** Printed by --help. */
export const examples = [
  'poolctl watch',
  'poolctl watch orders=postgres://app@db.internal:5432/app pooler=postgres://app@pooler:6432/app',
  'poolctl watch --targets targets.yaml --format ndjson -o week.ndjson',
  'poolctl watch --listen 127.0.0.1:9187',
  'poolctl watch --once --fail-on crit --alarm saturation=70%:90%',
] as const;

export function configure(command: Command, { io, answer }: CommandContext): void {
  declare(command, {
    usage: '[dsn...] [flags]',
    arguments: [['[dsn...]', 'postgres://… or mysql://…, also NAME=DSN; DATABASE_URL when left out']],
    flags: { ...watchFlags, ...listenFlags, ...serverFlags, ...watchOutputFlags },
    remark: 'One read-only connection to each target, opened once and kept.',
    examples,
  });
  command.action(async (dsns: readonly string[]) => {
    const { runWatch } = await import('./watch/run.ts');
    answer(await runWatch(dsns, optionReader(command, io), io));
  });
}
