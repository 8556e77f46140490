import { parseSelector } from '../../alerts/parse-selector.ts';
import { PoolctlError } from '../../base/errors.ts';
import { parseDurationMs } from '../../base/units.ts';
import { aCount, aFile, aText, aWord, flagGroup, takes } from '../../cli/flag.ts';
import { outputFlags } from '../../cli/output.ts';
import { parseAlarm } from '../../watch/alarm-limits.ts';

export const rulesFormats = ['prometheus', 'operator', 'grafana', 'tests'] as const;
export type RulesFormat = (typeof rulesFormats)[number];

export const metricSourceIds = async (): Promise<readonly string[]> =>
  (await import('../../profiles/files.ts')).profileIds('metrics');

export const usualSources = 'poolctl-watch,poolctl-monitor';

const someSources = takes(
  '<sources>',
  usualSources,
  (text) => [...new Set(text.split(',').map((name) => name.trim()))],
  { offers: metricSourceIds, isList: true },
);

const longestScrapeMs = 3_600_000;

const aScrapeInterval = takes(
  '<time>',
  '15s',
  (text, source) => {
    const ms = parseDurationMs(text, source);
    if (ms % 1_000 === 0 && ms <= longestScrapeMs) return ms;
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not whole seconds up to an hour.`, {
      hint: 'Write scrape_interval of prometheus.yml, such as 15s or 1m.',
    });
  },
  { unit: 'Ms' },
);

const aLabel = takes('<label>', 'team=db', (text, source) => {
  const [, name, value] = /^([a-zA-Z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
  if (value?.includes('{{')) {
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" has {{, which begins a template in rules.`, {
      hint: 'Write the value itself; the labels of the series are on the alert anyway.',
    });
  }
  if (name !== undefined && value !== undefined && !name.startsWith('__')) return { name, value };
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is no label with its value.`, {
    hint: 'Write --label team=db. Names are letters, digits and _, and do not begin with a digit or __.',
  });
});

const aGroup = takes('<name>', 'poolctl', (text, source) => {
  if (/^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/.test(text)) return text;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is no name of a group.`, {
    hint: 'Write small letters, digits, - and .: it is a name of Kubernetes too.',
  });
});

export const rulesFlags = {
  ...flagGroup('Options:', { list: { help: 'list the sources of metrics, and what each measures' } }),
  ...flagGroup('Rules:', {
    for: { takes: someSources, default: usualSources, help: `whose metrics they are (${usualSources})` },
    selector: {
      takes: takes('<selector>', '{job="orders"}', parseSelector),
      isRepeatable: true,
      help: 'these series only; of one source: SOURCE{job="a"}',
    },
    alarm: {
      takes: takes('<alarm>', 'saturation=80%:95%', parseAlarm),
      isRepeatable: true,
      help: 'limits of warn and crit: saturation=80%:95%, idle-tx=off',
    },
    'scrape-interval': {
      takes: aScrapeInterval,
      default: '15s',
      help: 'how often Prometheus scrapes; a rate needs 4 of them (15s)',
    },
  }),
  ...flagGroup('Plan:', {
    from: { takes: aFile, help: 'a JSON answer of `poolctl size`: what was planned; - for stdin' },
    'planned-connections': { takes: aCount, help: 'connections of all instances at the worst minute' },
    'rollout-connections': { takes: aCount, help: 'connections that a roll-out adds' },
  }),
  ...flagGroup('Naming:', {
    group: { takes: aGroup, default: 'poolctl', help: 'name of the group, or of the manifest (poolctl)' },
    label: { takes: aLabel, isRepeatable: true, help: 'a label for every alert, for routing: team=db' },
    'rules-file': {
      takes: aText('<file>', 'poolctl.rules.yml'),
      default: 'poolctl.rules.yml',
      help: 'with tests: where the rules are (poolctl.rules.yml)',
    },
  }),
} as const;

export const rulesOutputFlags = flagGroup('Output:', {
  format: {
    takes: aWord<RulesFormat>('<format>', rulesFormats),
    default: 'prometheus',
    help: 'prometheus, operator (PrometheusRule), grafana, tests',
  },
  output: outputFlags.output,
  color: outputFlags.color,
});
