import { type Command, Option } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { optionReader } from '../cli/options.ts';
import { addOutputOptions, type Report, reportWriter } from '../cli/output.ts';

export const examples = [
  'poolctl profiles list',
  'poolctl profiles show production',
  'poolctl profiles show aws-rds-mysql --json',
] as const;

export function configure(command: Command, { io }: CommandContext): void {
  command
    .usage('[list | show <name>] [flags]')
    .argument('[action]', 'list (default) or show')
    .argument('[name]', 'the profile to show')
    .addOption(new Option('--kind <kind>', 'list only pools, servers, drivers, poolers or platforms'));
  addOutputOptions(command);
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
  command.action((action?: string, name?: string) => run(command, io, action ?? 'list', name));
}

async function run(command: Command, io: Io, action: string, name: string | undefined): Promise<void> {
  const read = optionReader(command, io);
  const write = reportWriter(command, read, io);
  if (action === 'list' && name === undefined) return write(await list(read('kind', (text) => text)?.value));
  if (action === 'show' && name !== undefined) return write(await show(name));
  throw new PoolctlError(
    'USAGE',
    action === 'show' ? 'Which profile?' : `profiles cannot "${[action, name].join(' ').trim()}".`,
    {
      hint: 'Write `poolctl profiles list` or `poolctl profiles show production`.',
    },
  );
}

async function list(kind: string | undefined): Promise<Report> {
  const { kinds, profileIds, profileTitle } = await import('../profiles/files.ts');
  const { parseChoice } = await import('../cli/options.ts');
  const wanted = kind === undefined ? kinds : [parseChoice(kinds)(kind, '--kind')];
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

const uses = {
  pools: 'settings or a rule, for --profile',
  servers: 'limits, for --server',
  drivers: 'what each option is called and does',
  poolers: 'what stands between pool and server',
  platforms: 'what multiplies instances or closes idle connections',
} as const;

async function show(name: string): Promise<Report> {
  const { findProfile } = await import('../profiles/load.ts');
  const { kind, id, text, values } = await findProfile(name);
  return {
    schema: 'poolctl.profile/1',
    result: { id, kind, ...values },
    view: () => ({ headline: `# ${kind}/${id}.yaml`, tables: [], verbatim: text }),
  };
}
