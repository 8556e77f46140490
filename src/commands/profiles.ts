import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { aWord, flagGroup } from '../cli/flag.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, type Report, reportWriter } from '../cli/output.ts';
import type { Kind } from '../profiles/files.ts';

export const examples = [
  'poolctl profiles list',
  'poolctl profiles show production',
  'poolctl profiles show aws-rds-mysql --json',
] as const;

const uses = {
  pools: 'settings or a rule, for --profile',
  servers: 'limits, for --server',
  drivers: 'what each option is called and does',
  poolers: 'what stands between pool and server',
  platforms: 'what multiplies instances or closes idle connections',
  metrics: 'what exporters call what they measure, for rules',
} as const satisfies Readonly<Record<Kind, string>>;
const kindNames = Object.keys(uses) as Kind[];

const profileFlags = flagGroup('Options:', {
  kind: { takes: aWord('<kind>', kindNames), help: 'list only pools, servers, drivers, poolers, platforms, metrics' },
});

export function configure(command: Command, { io }: CommandContext): void {
  declare(command, {
    usage: '[list | show <name>] [flags]',
    arguments: [
      ['[action]', 'list (default) or show'],
      ['[name]', 'the profile to show'],
    ],
    flags: { ...profileFlags, ...outputFlags },
    examples,
  });
  command.action((action?: string, name?: string) => run(optionReader(command, io), io, action ?? 'list', name));
}

async function run(read: ReadOption, io: Io, action: string, name: string | undefined): Promise<void> {
  const write = reportWriter(read, io);
  if (action === 'list' && name === undefined) return write(await list(read(profileFlags.kind)?.value));
  if (action === 'show' && name !== undefined) return write(await show(name));
  throw new PoolctlError(
    'USAGE',
    action === 'show' ? 'Which profile?' : `profiles cannot "${[action, name].join(' ').trim()}".`,
    {
      hint: 'Write `poolctl profiles list` or `poolctl profiles show production`.',
    },
  );
}

async function list(kind: Kind | undefined): Promise<Report> {
  const { profileIds, profileTitle } = await import('../profiles/files.ts');
  const wanted = kind === undefined ? kindNames : [kind];
  const profiles = wanted.flatMap((of) => profileIds(of).map((id) => ({ id, kind: of, title: profileTitle(of, id) })));
  return {
    schema: 'poolctl.profiles/1',
    result: { profiles },
    view: () => ({
      headline: `${profiles.length} built-in profiles`,
      tables: wanted.map((of) => ({
        title: `${of}: ${uses[of]}`,
        rows: profiles.filter((profile) => profile.kind === of).map(({ id, title }) => [id, title]),
      })),
    }),
  };
}

async function show(name: string): Promise<Report> {
  const { findProfile } = await import('../profiles/load.ts');
  const { kind, id, text, values } = await findProfile(name);
  return {
    schema: 'poolctl.profile/1',
    result: { id, kind, ...values },
    view: () => ({ headline: `# ${kind}/${id}.yaml`, tables: [], verbatim: text }),
  };
}
