import { Command } from 'commander';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { redact } from '../base/redact.ts';
import { didYouMean } from '../base/suggest.ts';
import type { CommandContext } from '../cli/command.ts';
import { flagsByCommand } from '../cli/completion/tree.ts';
import { type Flag, variableOf } from '../cli/flag.ts';
import { addFlags, declare, optionReader } from '../cli/options.ts';
import { outputFlags, type Report, reportWriter } from '../cli/output.ts';
import { defaultsOf } from '../cli/project/defaults.ts';
import { findProjectFile, type ProjectFile } from '../cli/project/find.ts';
import { readProject } from '../cli/project/read.ts';
import type { TableView } from '../render/view.ts';

export const examples = ['poolctl config', 'poolctl config size', 'poolctl config size --headroom 20%'] as const;

/** A value that a flag has now, and the place that gave it: a flag, a variable, a line of poolctl.yaml, or the default. */
interface InForce {
  readonly command: string;
  readonly flag: string;
  readonly value: string;
  readonly source: string;
}

export function configure(command: Command, context: CommandContext): void {
  declare(command, {
    usage: '[command] [flags]',
    arguments: [['[command]', 'with its flags and their defaults; leave out for what differs from them, of all']],
    flags: outputFlags,
    remark:
      'A flag goes before the environment, that before poolctl.yaml,\nthat before --profile, and that before defaults.',
    examples,
  });
  command.allowUnknownOption().allowExcessArguments();
  command.action(async (asked?: string) => {
    const write = reportWriter(optionReader(command, context.io), context.io);
    const tables = await flagsByCommand(command, context);
    const names = [...tables.keys()];
    if (asked !== undefined && !tables.has(asked)) {
      throw new PoolctlError('USAGE', `${asked} is no command.${didYouMean(asked, names)}`, {
        hint: '`poolctl --help` lists what there is.',
      });
    }
    const file = findProjectFile(context.io);
    const shown = asked === undefined ? [...tables] : [[asked, tables.get(asked) ?? []] as const];
    const flags = shown.flatMap(([name, rows]) => {
      const defaults = file && defaultsOf(name, rows, names, file);
      const given = asked === undefined ? [] : command.args.slice(1);
      return inForce(name, rows, { ...context.io, defaults }, given, asked !== undefined);
    });
    await write(report(file, flags, context.io));
  });
}

/** The values of the flags of a command: all, or those that are not its defaults. */
function inForce(command: string, rows: readonly Flag[], io: Io, given: readonly string[], isAll: boolean): InForce[] {
  const copy = new Command(command).exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  copy.allowExcessArguments();
  addFlags(copy, Object.fromEntries(rows.map((row) => [row.flag, row])));
  copy.parse([...given], { from: 'user' });
  const typed = copy.opts<Record<string, unknown>>();
  return rows.flatMap((row): InForce[] => {
    const { flag, takes } = row;
    const value = typed[camelCase(flag.replace(/^no-/, ''))];
    const line = (text: string, source: string) => [{ command, flag, value: redact(text), source }];
    if (!takes) return value === !flag.startsWith('no-') ? line('on', `--${flag}`) : [];
    // Parsed, so that what the command would refuse is refused here; shown as it was written.
    const checked = (text: string, source: string) => {
      takes.parse(text, source);
      return line(text, source);
    };
    const own = copy.getOptionValueSource(camelCase(flag)) === 'cli' && value !== true;
    if (own) return [value].flat().flatMap((one) => checked(String(one), `--${flag}`));
    const variable = variableOf(flag);
    const set = io.env[variable];
    if (set) return checked(set, variable);
    const written = io.defaults?.get(flag);
    if (written) return checked(written.value, written.source);
    return isAll && 'default' in row && row.default !== undefined ? line(row.default, 'default') : [];
  });
}

const camelCase = (flag: string) => flag.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

function report(file: ProjectFile | undefined, flags: readonly InForce[], { env }: Io): Report {
  const project = file && readProject(file);
  const servers = Object.entries(project?.servers ?? {}).map(([name, server]) => ({
    ...{ name, ...server },
    source: project?.place('servers', name) ?? '',
  }));
  const targets = Object.entries(project?.targets ?? {}).map(([name, target]) => ({
    ...{ name, ...target },
    ...('env' in target && { isSet: Boolean(env[target.env]) }),
    source: project?.place('targets', name) ?? '',
  }));
  return {
    schema: 'poolctl.config/1',
    result: { ...(file && { file: file.name }), flags, servers, targets },
    view: () => {
      const tables: TableView[] = [
        {
          title: 'Flags',
          head: ['command', 'flag', 'value', 'from'],
          rows: flags.map(({ command, flag, value, source }) => [command, `--${flag}`, value, source]),
        },
        {
          title: 'Servers, for --server',
          head: ['name', 'limits', 'from'],
          rows: servers.map(({ name, profile, maxConnections, reserved, others, source }) => [
            name,
            Object.entries({ profile, maxConnections, reserved, others })
              .flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]))
              .join(', '),
            source,
          ]),
        },
        {
          title: 'Targets, where a DSN may stand',
          head: ['name', 'its DSN', 'from'],
          rows: targets.map((target) => [
            target.name,
            'env' in target ? `${target.env} (${target.isSet ? 'set' : 'not set'})` : String(target.file),
            target.source,
          ]),
        },
      ];
      return {
        headline: file ? `${file.name} is in force` : 'There is no poolctl.yaml in this folder or above it.',
        tables: tables.filter(({ rows }) => rows.length > 0),
      };
    },
  };
}
