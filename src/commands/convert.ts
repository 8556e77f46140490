import type { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { snippetFlags, someTargets } from '../cli/emit-flags.ts';
import { anEngine, aText, flagGroup, takes } from '../cli/flag.ts';
import { readInput, textBeside } from '../cli/input.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { outputFlags, type Report, reportWriter } from '../cli/output.ts';
import type { Converted, ConvertRequest } from '../convert/run.ts';
import type { FileFormat } from '../declarations/entry.ts';

/** Printed by --help; the test of the help runs those that begin with poolctl, test/unit/convert the others. */
export const examples = [
  'cat application.yml | poolctl convert - --to mysql2,pg',
  'cat dbcp.properties | poolctl convert - --from dbcp2 --to mysql2 --lang cjs',
  'poolctl convert --list',
] as const;

const aSystem = aText('<system>', 'hikaricp', async () =>
  Object.keys((await import('../declarations/readers/index.ts')).readers),
);

const aPlace = aText('<place>', 'production');
const someProfiles = takes('<names>', 'prod', (text) => text.split(',').map((name) => name.trim()), { isList: true });

const convertFlags = {
  ...flagGroup('Options:', {
    list: { help: 'list the systems that can be read' },
    explain: { help: 'print how what the driver makes of the pool is calculated' },
  }),
  ...flagGroup('Systems:', {
    from: { takes: aSystem, help: 'whose settings they are, where the file leaves it open' },
    at: { takes: aPlace, isRepeatable: true, help: 'which of several pools, by where it stands: production' },
    all: { help: 'every pool of the file, one after the other' },
    'spring-profile': { takes: someProfiles, help: 'profiles of Spring Boot that are active; default for none' },
    to: { takes: someTargets, help: 'what to write for, with commas between them; `poolctl emit --list`' },
  }),
  ...flagGroup('Target:', {
    engine: { takes: anEngine, help: 'postgres, mysql, mariadb; where the file does not say it' },
  }),
  ...snippetFlags,
};

export function configure(command: Command, { io }: CommandContext): void {
  declare(command, {
    usage: '<file> --to <targets> [flags]',
    arguments: [['[file]', 'the settings of a pool, or code that makes one; - for stdin']],
    flags: { ...convertFlags, ...outputFlags },
    examples,
  });
  command.action((file?: string) => run(optionReader(command, io), io, file));
}

async function run(read: ReadOption, io: Io, file: string | undefined): Promise<void> {
  const write = reportWriter(read, io);
  if (read(convertFlags.list)) return write(await list());
  const names = read(convertFlags.to)?.value;
  if (file === undefined || names === undefined) {
    throw new PoolctlError('USAGE', file === undefined ? 'Convert which file?' : 'Convert it to what?', {
      hint: 'Write `poolctl convert application.yml --to mysql2`.',
    });
  }
  const { convertAll, convertSettings } = await import('../convert/run.ts');
  const request: ConvertRequest = {
    text: (await readInput(file, io)).text,
    file,
    from: read(convertFlags.from)?.value,
    at: read(convertFlags.at)?.map(({ value }) => value),
    springProfiles: read(convertFlags['spring-profile'])?.value,
    readBeside: (path) => textBeside(file, path, io),
    names,
    engine: read(convertFlags.engine)?.value,
    language: read(convertFlags.lang)?.value,
    driverVersion: read(convertFlags['driver-version'])?.value,
  };
  const isSeveral = read(convertFlags.all) || (request.at?.length ?? 0) > 1;
  const pools = isSeveral ? await convertAll(request) : [await convertSettings(request)];
  await write(await reportOn(pools, file, read(convertFlags.explain)));
}

/** One pool as it is; several in a list. */
async function reportOn(pools: readonly Converted[], file: string, explains: boolean): Promise<Report> {
  const { dropWarnings } = await import('../convert/drop-warnings.ts');
  const { convertView, severalView } = await import('../views/convert.ts');
  const results = pools.map(({ emitted, driver, remarks: _, ...result }) => ({
    ...result,
    ...(driver && { driver: driver.effects }),
    snippets: emitted.snippets,
  }));
  const said = pools.flatMap(({ remarks, emitted }) => [...remarks, ...emitted.warnings]);
  const warnings = [...new Map(said.map((warning) => [warning.message, warning])).values()];
  const [only, second] = pools;
  const isOne = only !== undefined && second === undefined;
  const ofDrivers = pools.some(({ driver }) => driver) && (await import('../views/converted-driver.ts'));
  const driverTables = ofDrivers ? ofDrivers.convertedDrivers(pools) : [];
  const steps = ofDrivers && explains ? ofDrivers.convertedSteps(pools) : undefined;
  return {
    schema: 'poolctl.convert/1',
    result: isOne ? (results[0] ?? {}) : { pools: results },
    warnings: [...pools.flatMap(({ dropped }) => dropWarnings(dropped, file)), ...warnings],
    // The table already has what was dropped.
    view: () => {
      const { tables, ...view } = isOne ? convertView(only) : severalView(pools);
      return { ...view, tables: [...tables, ...driverTables], ...(steps && { steps }), warnings };
    },
  };
}

const written: Readonly<Record<FileFormat, string>> = {
  yaml: 'YAML, JSON',
  properties: '.properties',
  ini: '.ini',
  dotenv: '.env',
  toml: '.toml',
  xml: '.xml',
  libconfig: '.cnf',
  odyssey: '.conf',
  'postgres-conf': '.conf',
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
