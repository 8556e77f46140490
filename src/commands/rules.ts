import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { rulesFlags, rulesOutputFlags } from './rules/flags.ts';

export const examples = [
  'poolctl rules --for hikaricp-micrometer,postgres-exporter',
  'poolctl rules --for poolctl-watch --selector \'{target="orders"}\' --label team=db',
  'poolctl rules --for pgbouncer-exporter --format tests',
  'poolctl rules --for poolctl-monitor --format grafana',
  'poolctl rules --list',
] as const;

export function configure(command: Command, { io }: CommandContext): void {
  declare(command, {
    usage: '[flags]',
    flags: { ...rulesFlags, ...rulesOutputFlags },
    remark: 'promtool check rules FILE checks them; promtool test rules FILE runs the tests.',
    examples,
  });
  command.action(() => run(optionReader(command, io), io));
}

async function run(read: ReadOption, io: Io): Promise<void> {
  const text = read(rulesFlags.list) ? await listOf(read, io) : await rulesText(read, io);
  const file = read(rulesOutputFlags.output)?.value;
  if (file === undefined || file === '-') {
    io.stdout.write(text);
    return;
  }
  try {
    writeFileSync(resolve(io.cwd, file), text);
  } catch (cause) {
    throw (await import('../cli/reserve.ts')).unwritable(file, cause);
  }
}

async function rulesText(read: ReadOption, io: Io): Promise<string> {
  const { readRequest } = await import('./rules/read.ts');
  const { alertRules } = await import('../alerts/run.ts');
  return alertRules(await readRequest(read, io));
}

async function listOf(read: ReadOption, io: Io): Promise<string> {
  const { metricSourceIds } = await import('../alerts/sources.ts');
  const { metricSource } = await import('../profiles/load.ts');
  const { sourcesView } = await import('../views/metric-sources.ts');
  const { renderTerminal } = await import('../render/terminal.ts');
  const { isColorful } = await import('../render/style.ts');
  const profiles = await Promise.all(metricSourceIds().map(async (id) => ({ id, profile: await metricSource(id) })));
  const color = isColorful(read(rulesOutputFlags.color).value, io.env, io.stdout);
  return renderTerminal(sourcesView(profiles), { color, columns: io.stdout.columns });
}
