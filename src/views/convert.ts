import { formatCount, formatDuration, formatNumber } from '../base/units.ts';
import { sentence } from '../convert/drop-warnings.ts';
import type { DroppedSetting } from '../convert/dropped.ts';
import type { Converted } from '../convert/run.ts';
import type { FoundSetting } from '../declarations/found-setting.ts';
import type { TableView, View } from '../render/view.ts';

/** What `convert` found in a file, and what of it is in no snippet. */
export function convertView(converted: Converted): View {
  const { emitted } = converted;
  return { headline: headline(converted), tables: tablesOf(converted, ''), snippets: emitted.snippets };
}

/** The same for several pools of a file, each under its name. */
export function severalView(pools: readonly Converted[]): View {
  return {
    headline: `${formatCount(pools.length, 'pool')} → ${[...new Set(pools.flatMap(({ emitted }) => emitted.snippets.map(({ title }) => title)))].join(', ')}`,
    tables: pools.flatMap((pool) => tablesOf(pool, ` of ${poolAmong(pool)}`)),
    snippets: pools.flatMap((pool) =>
      pool.emitted.snippets.map((snippet) => ({ ...snippet, target: `${snippet.target}, ${poolAmong(pool)}` })),
    ),
  };
}

function headline({ from, at, springProfile, emitted }: Converted): string {
  const place = [springProfile && `profile ${springProfile}`, at].filter(Boolean).join(', ');
  const source = place === '' ? from.title : `${from.title} (${place})`;
  return `${source} → ${emitted.snippets.map(({ title }) => title).join(', ')}`;
}

/** What tells a pool from the others of its file. */
export function poolAmong({ from, at, springProfile }: Converted): string {
  return [springProfile && `profile ${springProfile}`, at].filter(Boolean).join(', ') || from.title;
}

function tablesOf({ found, dropped, byReference }: Converted, of: string): TableView[] {
  const keys = byReference.map(({ key }) => short(key));
  return [settingsTable(found, keys, of), ...(dropped.length > 0 ? [droppedTable(dropped, of)] : [])];
}

/** Nobody reads more of them, and thousands take the table a minute. */
const mostKeys = 20;

function settingsTable(found: readonly FoundSetting[], byReference: readonly string[], of: string): TableView {
  const rows = found.map((setting) => [setting.setting, shown(setting), origin(setting)]);
  if (byReference.length > 0) {
    const more = byReference.length > mostKeys ? ` and ${byReference.length - mostKeys} more` : '';
    const keys = `${byReference.slice(0, mostKeys).join(', ')}${more}`;
    rows.push(['server and login', 'by reference', `${keys}: the snippet reads the environment`]);
  }
  return { title: `Settings${of}`, rows, rightAligned: [1] };
}

function shown({ setting, value, unit, isNone }: FoundSetting): string {
  if (isNone) return 'none may wait';
  if (value > 0) return unit === 'ms' ? formatDuration(value) : formatNumber(value);
  return setting === 'queueLimit' ? 'any number' : 'no limit';
}

function origin(setting: FoundSetting): string {
  const { from, key, line, file, written, writtenUnit, isReference, lessThan, onTop, isNone } = setting;
  const less = `${onTop === undefined ? '' : `, and ${onTop}`}${lessThan === undefined ? '' : `, less than ${lessThan}`}`;
  if (from === 'default')
    return `${isNone ? 'as many clients as connections' : 'not set'}: as the system does by default${less}`;
  if (from === 'poolctl') return "poolctl's default: the file sets none";
  const value = written === undefined ? '' : `: ${[`${written}`, writtenUnit].filter(Boolean).join(' ')}`;
  const caution = isReference ? ', unless the environment says otherwise' : '';
  const place = file === undefined ? `line ${line}` : `line ${line} of ${file}`;
  return `${short(key ?? '')}${value}${caution}, ${place}${less}`;
}

/** Without the prefix that every key of a pool has in Spring Boot: it tells nothing and takes room. */
function short(key: string): string {
  return key.replace(/^spring\.datasource\.(?:hikari|dbcp2?)\./, '');
}

function droppedTable(dropped: readonly DroppedSetting[], of: string): TableView {
  return {
    title: `No counterpart${of}`,
    head: ['line', 'setting', 'what it did, and why it is left out'],
    rows: dropped.map(({ key, line, value, did, why }) => [
      `${line}`,
      value === undefined ? short(key) : `${short(key)}: ${value}`,
      `It ${did}. ${sentence(why)}`,
    ]),
    rightAligned: [0],
  };
}
