import { formatNumber } from '../../../base/units.ts';
import { ageText } from '../../../watch/age-text.ts';
import type { PoolerPool } from '../../../watch/look.ts';
import { alarmThresholds } from '../../../watch/thresholds.ts';
import { type ScreenLine, say, type Tint } from './line.ts';
import type { Column } from './table.ts';

type PoolColumn = Column<PoolerPool>;

function numberColumn(
  id: string,
  title: string,
  rank: number,
  cell: (pool: PoolerPool) => ScreenLine,
  sortValue: PoolColumn['sortValue'],
): PoolColumn {
  return { id, title, align: 'right', rank, least: title.length + 1, most: title.length + 4, cell, sortValue };
}

function textColumn(id: string, rank: number, value: (pool: PoolerPool) => string): PoolColumn {
  const cell = (pool: PoolerPool) => [say(value(pool))];
  return { id, title: id.toUpperCase(), align: 'left', rank, least: 8, most: 48, cell, sortValue: value };
}

function waitTint(seconds: number): Tint {
  const { warn, crit } = alarmThresholds['max-wait'];
  return seconds > crit ? 'crit' : seconds > warn ? 'warn' : 'plain';
}

/** The columns of the pools of PgBouncer. */
export const poolColumns: readonly PoolColumn[] = [
  numberColumn(
    'waiting',
    'WAITING',
    9,
    ({ clientsWaiting }) => (clientsWaiting > 0 ? [say(formatNumber(clientsWaiting), 'warn')] : [say('·', 'faint')]),
    ({ clientsWaiting }) => clientsWaiting,
  ),
  numberColumn(
    'max-wait',
    'MAX WAIT',
    8,
    ({ maxWaitSeconds }) =>
      maxWaitSeconds > 0 ? [say(ageText(maxWaitSeconds), waitTint(maxWaitSeconds))] : [say('·', 'faint')],
    ({ maxWaitSeconds }) => maxWaitSeconds,
  ),
  numberColumn(
    'clients',
    'CLIENTS',
    6,
    ({ clientsActive, clientsWaiting }) => [say(formatNumber(clientsActive + clientsWaiting))],
    ({ clientsActive, clientsWaiting }) => clientsActive + clientsWaiting,
  ),
  numberColumn(
    'servers',
    'SERVERS',
    7,
    ({ servers, limit }) => [
      say(`${formatNumber(servers)}${limit === undefined ? '' : `/${formatNumber(limit)}`}`, 'strong'),
    ],
    ({ servers }) => servers,
  ),
  numberColumn(
    'server-idle',
    'IDLE',
    3,
    ({ serversIdle }) => (serversIdle > 0 ? [say(formatNumber(serversIdle))] : [say('·', 'faint')]),
    ({ serversIdle }) => serversIdle,
  ),
  textColumn('database', 8, ({ database }) => database),
  textColumn('user', 5, ({ user }) => user),
  textColumn('mode', 2, ({ mode = '-' }) => mode),
];

/** All that is in a row, for the line that tells of the selected one. */
export function poolerPoolText({
  database,
  user,
  mode,
  clientsActive,
  clientsWaiting,
  servers,
  serversIdle,
}: PoolerPool): string {
  const clients = `${formatNumber(clientsActive)} clients served, ${formatNumber(clientsWaiting)} waiting`;
  return `${database} as ${user}${mode === undefined ? '' : `, ${mode} pooling`}: ${clients}; ${formatNumber(servers)} server connections, ${formatNumber(serversIdle)} of them idle`;
}
