import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RuleNaming } from '../alerts/write/groups.ts';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import type { CommandContext } from '../cli/command.ts';
import { declare, optionReader, type ReadOption } from '../cli/options.ts';
import { rulesFlags, rulesOutputFlags } from './rules/flags.ts';
import { readAlertSettings, readSources } from './rules/read.ts';

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
  const sources = await readSources(read);
  const settings = await readAlertSettings(read, io);
  const { alertsOf } = await import('../alerts/alerts.ts');
  const { headerOf } = await import('../alerts/write/header.ts');
  const alerts = alertsOf(sources, settings);
  if (alerts.length === 0) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'Nothing is left to alert on: every alarm of these sources is off.', {
      hint: 'Leave one of --alarm ...=off out.',
    });
  }
  const naming: RuleNaming = {
    group: read(rulesFlags.group).value,
    labels: Object.fromEntries(read(rulesFlags.label).map(({ value }) => [value.name, value.value])),
  };
  const format = read(rulesOutputFlags.format).value;
  switch (format) {
    case 'prometheus':
      return (await import('../alerts/write/prometheus.ts')).prometheusRules(
        alerts,
        naming,
        headerOf(sources, settings),
      );
    case 'operator':
      return (await import('../alerts/write/prometheus.ts')).operatorRules(alerts, naming, headerOf(sources, settings));
    case 'grafana':
      return (await import('../alerts/write/grafana.ts')).grafanaDashboard(sources, settings, naming.group);
    case 'tests': {
      const { promtoolTests } = await import('../alerts/write/tests.ts');
      const rulesFile = read(rulesFlags['rules-file']).value;
      return promtoolTests({ ...naming, sources, alerts, settings, rulesFile }, [`promtool test rules THIS-FILE`]);
    }
    default:
      return format satisfies never;
  }
}

async function listOf(read: ReadOption, io: Io): Promise<string> {
  const { metricSourceIds } = await import('./rules/flags.ts');
  const { metricSource } = await import('../profiles/load.ts');
  const { sourcesView } = await import('../views/metric-sources.ts');
  const { renderTerminal } = await import('../render/terminal.ts');
  const { isColorful } = await import('../render/style.ts');
  const profiles = await Promise.all(
    (await metricSourceIds()).map(async (id) => ({ id, profile: await metricSource(id) })),
  );
  const color = isColorful(read(rulesOutputFlags.color).value, io.env, io.stdout);
  return renderTerminal(sourcesView(profiles), { color, columns: io.stdout.columns });
}
