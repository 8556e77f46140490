import { formatDuration, formatNumber } from '../base/units.ts';
import { type DroppedSetting, sentence } from '../convert/dropped.ts';
import type { Converted } from '../convert/run.ts';
import type { FoundSetting } from '../declarations/settle.ts';
import type { TableView, View } from '../render/view.ts';

/** What `convert` found in a file, and what of it is in no snippet. */
export function convertView({ from, found, dropped, byReference, emitted }: Converted): View {
  return {
    headline: `${from.title} → ${emitted.snippets.map(({ title }) => title).join(', ')}`,
    tables: [
      settingsTable(
        found,
        byReference.map(({ key }) => short(key)),
      ),
      ...(dropped.length > 0 ? [droppedTable(dropped)] : []),
    ],
    snippets: emitted.snippets,
  };
}

function settingsTable(found: readonly FoundSetting[], byReference: readonly string[]): TableView {
  const rows = found.map((setting) => [setting.setting, shown(setting), origin(setting)]);
  if (byReference.length > 0) {
    rows.push(['server and login', 'by reference', `${byReference.join(', ')}: the snippet reads the environment`]);
  }
  return { title: 'Settings', rows, rightAligned: [1] };
}

function shown({ setting, value, unit }: FoundSetting): string {
  if (value > 0) return unit === 'ms' ? formatDuration(value) : formatNumber(value);
  return setting === 'queueLimit' ? 'any number' : 'no limit';
}

function origin({ from, key, line, written, writtenUnit, isReference }: FoundSetting): string {
  if (from === 'default') return 'not set: as the system does by default';
  if (from === 'poolctl') return "poolctl's default: the file sets none";
  const value = written === undefined ? '' : `: ${[written, writtenUnit].filter(Boolean).join(' ')}`;
  const caution = isReference ? ', unless the environment says otherwise' : '';
  return `${short(key ?? '')}${value}${caution}, line ${line}`;
}

/** Without the prefix that every key of a pool has in Spring Boot: it tells nothing and takes room. */
function short(key: string): string {
  return key.replace(/^spring\.datasource\.(?:hikari|dbcp2?)\./, '');
}

function droppedTable(dropped: readonly DroppedSetting[]): TableView {
  return {
    title: 'No counterpart',
    head: ['line', 'setting', 'what it did, and why it is left out'],
    rows: dropped.map(({ key, line, value, did, why }) => [
      `${line}`,
      value === undefined ? short(key) : `${short(key)}: ${value}`,
      `It ${did}. ${sentence(why)}`,
    ]),
    rightAligned: [0],
  };
}
