import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { readInput } from '../cli/input.ts';
import { addOptions, optionReader, parseChoice } from '../cli/options.ts';
import { addOutputOptions, type Report, reportWriter } from '../cli/output.ts';
import type { FileFormat } from '../declarations/entry.ts';

/** Printed by --help; the test of the help runs those that begin with poolctl, test/unit/convert the others. */
export const examples = [
  'cat application.yml | poolctl convert - --to mysql2,pg',
  'cat dbcp.properties | poolctl convert - --from dbcp2 --to mysql2 --lang cjs',
  'poolctl convert --list',
] as const;

export function configure(command: Command, { io }: CommandContext): void {
  command
    .usage('<file> --to <targets> [flags]')
    .argument('[file]', 'the settings of a pool: YAML, JSON, properties, ini or .env; - for stdin')
    .option('--list', 'list the systems that can be read');
  addOptions(command, 'Systems:', [
    ['--from <system>', 'whose settings they are, where the file leaves it open'],
    ['--to <targets>', 'what to write for, with commas between them; `poolctl emit --list`'],
  ]);
  addOptions(command, 'Target:', [
    ['--engine <engine>', 'postgres, mysql, mariadb; where the file does not say it'],
    ['--lang <language>', 'of snippets for Node: ts (default), js, cjs'],
    ['--driver-version <version>', 'write for that version of the driver: 3.10'],
  ]);
  addOutputOptions(command);
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
  command.action((file?: string) => run(command, io, file));
}

async function run(command: Command, io: Io, file: string | undefined): Promise<void> {
  const read = optionReader(command, io);
  const write = reportWriter(command, read, io);
  if (command.opts<{ list?: boolean }>().list === true) return write(await list());
  const names = read('to', (text) => text)?.value;
  if (file === undefined || names === undefined) {
    throw new PoolctlError('USAGE', file === undefined ? 'Convert which file?' : 'Convert it to what?', {
      hint: 'Write `poolctl convert application.yml --to mysql2`.',
    });
  }
  const { convertSettings } = await import('../convert/run.ts');
  const { dropWarnings } = await import('../convert/dropped.ts');
  const { parseTargets, readDriverVersion, readLanguage } = await import('../cli/emit-options.ts');
  const converted = await convertSettings({
    text: (await readInput(file, io)).text,
    file,
    from: read('from', (text) => text)?.value,
    names: parseTargets(names),
    engine: read('engine', parseChoice(['postgres', 'mysql', 'mariadb']))?.value,
    language: readLanguage(read),
    driverVersion: readDriverVersion(read),
  });
  const { emitted, ...result } = converted;
  const dropped = dropWarnings(converted.dropped, file);
  const { convertView } = await import('../views/convert.ts');
  await write({
    schema: 'poolctl.convert/1',
    result: { ...result, snippets: emitted.snippets },
    warnings: [...dropped, ...emitted.warnings],
    // The table already has what was dropped.
    view: () => ({ ...convertView(converted), warnings: emitted.warnings }),
  });
}

const written: Readonly<Record<FileFormat, string>> = {
  yaml: 'YAML, JSON',
  properties: '.properties',
  ini: '.ini',
  dotenv: '.env',
};

async function list(): Promise<Report> {
  const { readers } = await import('../declarations/readers/index.ts');
  const systems = Object.entries(readers).map(([name, { title, formats }]) => ({ name, title, formats }));
  return {
    schema: 'poolctl.systems/1',
    result: { systems },
    view: () => ({
      headline: `${systems.length} systems can be read`,
      tables: [
        {
          title: 'Systems',
          head: ['--from', 'reads', 'written as'],
          rows: systems.map(({ name, title, formats }) => [
            name,
            title,
            formats.map((format) => written[format]).join(', '),
          ]),
        },
      ],
    }),
  };
}
