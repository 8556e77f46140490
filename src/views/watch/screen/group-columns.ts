import { formatNumber } from '../../../base/units.ts';
import type { Activity, Dimension, GroupRow } from './group-rows.ts';
import { type ScreenLine, say, type Tint } from './line.ts';
import type { Column } from './table.ts';

type GroupColumn = Column<GroupRow>;

const connections: GroupColumn = {
  id: 'connections',
  title: 'CONN',
  align: 'right',
  rank: 9,
  least: 4,
  most: 7,
  cell: (row) => [say(formatNumber(row.connections), 'strong')],
  sortValue: (row) => row.connections,
};

function countColumn(id: string, title: string, activity: Activity, rank: number, tint: Tint = 'plain'): GroupColumn {
  return {
    id,
    title,
    align: 'right',
    rank,
    least: title.length,
    most: Math.max(6, title.length),
    cell: ({ counts }) => [countSpan(counts, activity, tint)],
    sortValue: ({ counts }) => counts[activity],
  };
}

/** A count that is 0 only because nothing is seen is `?`. */
function countSpan(counts: GroupRow['counts'], activity: Activity, tint: Tint): ScreenLine[number] {
  const count = counts[activity];
  if (count === 0 && counts.unseen > 0) return say('?', 'faint');
  return count === 0 ? say('·', 'faint') : say(formatNumber(count), tint);
}

function valueColumn(dimension: Dimension, plural: string, rank: number, least: number): GroupColumn {
  return {
    id: dimension,
    title: dimension.toUpperCase(),
    align: 'left',
    rank,
    least,
    most: 48,
    cell: ({ values }) => {
      const [first = '-', ...more] = values[dimension];
      return more.length > 0 ? [say(`${formatNumber(more.length + 1)} ${plural}`, 'faint')] : [say(first)];
    },
    sortValue: ({ values }) => values[dimension].join('\n').toLowerCase(),
  };
}

const optional = [
  countColumn('waiting', 'WAITING', 'waiting', 5, 'warn'),
  countColumn('other', 'OTHER', 'other', 2),
] as const;

/** The columns of the table of sessions, as far as there is something in them. */
export function groupColumns(rows: readonly GroupRow[]): GroupColumn[] {
  return [
    connections,
    countColumn('active', 'ACTIVE', 'active', 7, 'good'),
    countColumn('idle', 'IDLE', 'idle', 6),
    countColumn('idle-tx', 'IDLE TX', 'inTransaction', 7, 'warn'),
    ...optional.filter(({ sortValue }) => rows.some((row) => sortValue(row) !== 0)),
    valueColumn('application', 'applications', 8, 10),
    valueColumn('user', 'users', 4, 7),
    valueColumn('host', 'hosts', 3, 8),
    valueColumn('database', 'databases', 3, 8),
  ];
}

/** All that is in a row, for the line that tells of the selected one. */
export function groupText({ connections: all, values }: GroupRow): string {
  const list = (texts: readonly string[]) =>
    texts.length > 5 ? `${texts.slice(0, 5).join(', ')} and ${formatNumber(texts.length - 5)} more` : texts.join(', ');
  return `${formatNumber(all)}: ${list(values.application)} · user ${list(values.user)} · host ${list(values.host)} · database ${list(values.database)}`;
}
