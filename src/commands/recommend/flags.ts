import { answerSnippetFlags, someTargets } from '../../cli/emit-flags.ts';
import { aCount, aCountOrZero, aFile, aText, aTime, flagGroup, takes } from '../../cli/flag.ts';
import { outputFlags } from '../../cli/output.ts';
import { serverFlags } from '../../cli/server-flags.ts';
import { sizeFlags } from '../size/flags.ts';

const someFiles = takes('<file...>', 'after.ndjson', (text) => text, { offers: 'files' });

export const evidenceFlags = flagGroup('Evidence:', {
  before: { takes: someFiles, isRepeatable: true, help: 'what was seen of the pool before it was changed' },
  after: { takes: someFiles, isRepeatable: true, help: 'what was seen since' },
  pool: { takes: aText('<name>', 'orders'), help: 'which pool, where the files are of several' },
  slow: { takes: aTime, default: '1s', help: 'a connection that is held for longer is slow (1s)' },
});

export const settingFlags = flagGroup('Settings now:', {
  'connection-limit': { takes: aCount, help: 'connections of one pool, where the files do not tell' },
  'queue-limit': { takes: aCountOrZero, help: 'its queue; without it, one is recommended' },
  'acquire-timeout': { takes: aTime, help: 'its acquire timeout; without it, one is recommended' },
});

/** Rows that `size` has too: they fill the same parts of its input. */
export const sizingFlags = {
  deadline: sizeFlags.deadline,
  'max-wait-p99': sizeFlags['max-wait-p99'],
  'max-utilization': sizeFlags['max-utilization'],
  'max-loss': sizeFlags['max-loss'],
  server: sizeFlags.server,
  ...serverFlags,
  'max-connections': sizeFlags['max-connections'],
  reserved: sizeFlags.reserved,
  'other-connections': sizeFlags['other-connections'],
  instances: sizeFlags.instances,
  'max-instances': sizeFlags['max-instances'],
  processes: sizeFlags.processes,
  surge: sizeFlags.surge,
  platform: sizeFlags.platform,
};

export const changeFlags = flagGroup('Answer:', {
  emit: { takes: someTargets, help: 'print the settings as config: mysql2, pg, typeorm, ...; `poolctl emit --list`' },
  ...answerSnippetFlags,
  write: { takes: aFile, help: 'with --emit: put what changes into a file, after showing the difference' },
  'dry-run': { help: 'with --write: only show the difference' },
  markdown: { help: 'the text of a pull request; the same as --format markdown' },
});

export const recommendFlags = { ...evidenceFlags, ...settingFlags, ...sizingFlags, ...changeFlags, ...outputFlags };
