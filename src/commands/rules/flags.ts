import { checkGroup, checkLabel, checkScrapeSeconds } from '../../alerts/check-naming.ts';
import { parseSelector } from '../../alerts/parse-selector.ts';
import { type RulesFormat, rulesFormats } from '../../alerts/run.ts';
import { metricSourceIds, usualSources } from '../../alerts/sources.ts';
import { parseDurationMs } from '../../base/units.ts';
import { aCount, aFile, aText, aWord, flagGroup, takes } from '../../cli/flag.ts';
import { outputFlags } from '../../cli/output.ts';
import { parseAlarm } from '../../watch/alarm-limits.ts';

const usual = usualSources.join();

const someSources = takes('<sources>', usual, (text) => text.split(',').map((name) => name.trim()), {
  offers: async () => metricSourceIds(),
  isList: true,
});

const aScrapeInterval = takes(
  '<time>',
  '15s',
  (text, source) => checkScrapeSeconds(parseDurationMs(text, source) / 1_000, `${source} "${text}"`) * 1_000,
  { unit: 'Ms' },
);

const aLabel = takes('<label>', 'team=db', (text, source) => {
  const [, name = '', value = ''] = /^([^=]*)=?([\s\S]*)$/.exec(text) ?? [];
  checkLabel(name, value, source);
  return { name, value };
});

const aSelector = takes('<selector>', '{job="orders"}', (text, source) => {
  parseSelector(text, source);
  return text;
});

export const rulesFlags = {
  ...flagGroup('Options:', { list: { help: 'list the sources of metrics, and what each measures' } }),
  ...flagGroup('Rules:', {
    for: { takes: someSources, default: usual, help: `whose metrics they are (${usual})` },
    selector: {
      takes: aSelector,
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
    from: { takes: aFile, help: 'a JSON answer of `size` or `fleet`: what was planned; - for stdin' },
    'planned-connections': { takes: aCount, help: 'connections of all instances at the worst minute' },
    'rollout-connections': { takes: aCount, help: 'connections that a roll-out adds' },
  }),
  ...flagGroup('Naming:', {
    group: {
      takes: takes('<name>', 'poolctl', checkGroup),
      default: 'poolctl',
      help: 'name of the group, or of the manifest (poolctl)',
    },
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
