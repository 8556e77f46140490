import { PoolctlError } from '../../base/errors.ts';
import { aCount, aFile, aText, aTime, aWord, flagGroup, takes } from '../../cli/flag.ts';
import { colorModes, outputFlags } from '../../cli/output.ts';
import { parseAlarm } from '../../watch/alarm-limits.ts';
import { type GroupWord, groupWords, usualGrouping, usualTop } from '../../watch/grouping.ts';
import { parseIntervalMs } from '../../watch/interval.ts';
import { alarmSeverities } from '../../watch/state.ts';

const anInterval = takes('<time>', '2s', parseIntervalMs, { unit: 'Ms' });

const grouping = takes<readonly GroupWord[]>(
  '<list>',
  'app,user',
  (text, source) =>
    text.split(',').map((word) => {
      const found = groupWords.find((one) => one === word.trim());
      if (found) return found;
      throw new PoolctlError('VALUE_INVALID', `${source}: sessions have no "${word.trim()}".`, {
        hint: `Write some of ${groupWords.join(', ')}, with commas between them.`,
      });
    }),
  { offers: groupWords, isList: true },
);

const anAlarm = takes('<alarm>', 'saturation=80%:95%', parseAlarm);

/** `screen` is the live one; the last three come at the end. */
export const watchFormats = ['screen', 'lines', 'ndjson', 'table', 'json', 'markdown'] as const;
export type WatchFormat = (typeof watchFormats)[number];

export const watchFlags = {
  ...flagGroup('Watch:', {
    targets: { takes: aFile, help: 'a YAML file of targets, with names, limits and labels' },
    interval: { takes: anInterval, default: '2s', help: 'from one look to the next (2s)' },
    for: { takes: aTime, help: 'end after this time' },
    once: { help: 'look once, and judge by that look alone' },
    'group-by': {
      takes: grouping,
      default: usualGrouping.join(),
      help: `${groupWords.join(', ')} (app,user,db,state)`,
    },
    top: { takes: aCount, default: String(usualTop), help: 'so many groups a target, the rest as "other" (50)' },
    'state-file': { takes: aFile, help: 'keep high-water marks in a file from one run to the next' },
    'allow-plaintext-password': { help: 'take passwords that stand in the file of targets, if its mode is 0600' },
  }),
  ...flagGroup('Alarms:', {
    alarm: { takes: anAlarm, isRepeatable: true, help: 'limits of warn and crit: saturation=80%:95%, idle-tx=off' },
    'fail-on': { takes: aWord('<severity>', alarmSeverities), help: 'exit code 1 after an alarm: warn, crit' },
  }),
} as const;

export const watchOutputFlags = flagGroup('Output:', {
  json: outputFlags.json,
  format: { takes: aWord<WatchFormat>('<format>', watchFormats), help: `${watchFormats.join(', ')}` },
  output: outputFlags.output,
  color: { ...outputFlags.color, takes: aWord('<when>', colorModes) },
});

export const listenFlags = flagGroup('Endpoint:', {
  listen: { takes: aText('<address>', '127.0.0.1:9187'), help: 'serve metrics, health and a page at this address' },
  'listen-token-env': { takes: aText('<name>', 'WATCH_TOKEN'), help: 'variable that holds the bearer token' },
  'listen-insecure': { help: 'listen beyond this machine without a token' },
});
