import { formatNumber } from '../../../base/units.ts';
import { sparkline } from '../../../render/sparkline.ts';
import { ageText } from '../../../watch/age-text.ts';
import type { TargetState } from '../../../watch/state.ts';
import { type ScreenLine, say, type Tint } from './line.ts';
import { shareBar, shareText, shareTint } from './share.ts';
import type { Column } from './table.ts';
import { waitingIn } from './target-facts.ts';
import { trendOf } from './trend.ts';
import { alarmWords, phaseTint, phaseWords, takenShare, targetKind, worstAlarm } from './words.ts';

type TargetColumn = Column<TargetState>;
type Shape = Pick<TargetColumn, 'rank' | 'least' | 'most' | 'isPicture'> & { readonly align?: TargetColumn['align'] };

function column(
  id: string,
  title: string,
  { align = 'left', ...shape }: Shape,
  cell: TargetColumn['cell'],
  sortValue: TargetColumn['sortValue'],
): TargetColumn {
  return { id, title, align, ...shape, cell, sortValue };
}

/** Figures of now; those of a target that does not answer are history, and faint. */
function figure(target: TargetState, text: string | undefined, tint: Tint = 'plain'): ScreenLine {
  if (!target.look) return [];
  return text === undefined ? [say('?', 'faint')] : [say(text, isNow(target) ? tint : 'faint')];
}

function isNow({ phase, isStale }: TargetState): boolean {
  return phase === 'up' && !isStale;
}

/** The columns of the table of targets. */
export const targetColumns: readonly TargetColumn[] = [
  column(
    'name',
    'TARGET',
    { rank: 9, least: 9, most: 28 },
    ({ name }) => [say(name, 'strong')],
    ({ name }) => name.toLowerCase(),
  ),
  column('trouble', 'STATE', { rank: 8, least: 11, most: 26 }, stateCell, trouble),
  column(
    'taken',
    'TAKEN',
    { rank: 9, least: 6, most: 11, align: 'right' },
    (target) =>
      figure(
        target,
        target.look && `${formatNumber(target.look.taken)}/${formatNumber(target.look.capacity.usable)}`,
        'strong',
      ),
    ({ look }) => look?.taken,
  ),
  column(
    'share',
    'USE',
    { rank: 7, least: 5, most: 6, align: 'right' },
    (target) => figure(target, shareText(takenShare(target)), shareTint(takenShare(target))),
    takenShare,
  ),
  column(
    'bar',
    '',
    { rank: 2, least: 10, most: 16, isPicture: true },
    (target, cells) => (isNow(target) ? shareBar(takenShare(target), cells) : []),
    takenShare,
  ),
  column(
    'high',
    'HIGH',
    { rank: 5, least: 5, most: 7, align: 'right' },
    (target) => figure(target, target.marks.highWater && formatNumber(target.marks.highWater.connections)),
    ({ marks }) => marks.highWater?.connections,
  ),
  column(
    'waiting',
    'WAITING',
    { rank: 6, least: 8, most: 8, align: 'right' },
    (target) => countCell(target, target.look && waitingIn(target.look)),
    ({ look }) => look && waitingIn(look),
  ),
  column(
    'idle-tx',
    'IDLE TX',
    { rank: 6, least: 8, most: 8, align: 'right' },
    (target) => (target.look?.kind === 'pgbouncer' ? [] : figure(target, idleText(target), 'warn')),
    ({ look }) => look?.idleInTransaction?.oldestSeconds,
  ),
  column(
    'kind',
    'SERVER',
    { rank: 3, least: 10, most: 22 },
    (target) => [say(targetKind(target), 'faint')],
    targetKind,
  ),
  column(
    'trend',
    'TREND',
    { rank: 1, least: 8, most: 30, isPicture: true },
    (target, cells) => [
      say(sparkline(trendOf(target.history, cells).shares)[0] ?? '', isNow(target) ? 'accent' : 'faint'),
    ],
    takenShare,
  ),
];

function countCell(target: TargetState, count: number | undefined): ScreenLine {
  if (count === 0) return figure(target, '·', 'faint');
  return figure(target, count === undefined ? undefined : formatNumber(count), 'warn');
}

/** The age of the oldest, which says more than how many there are. */
function idleText({ look }: TargetState): string | undefined {
  if (!look?.idleInTransaction) return undefined;
  const { sessions, oldestSeconds } = look.idleInTransaction;
  if (sessions === 0) return '·';
  return oldestSeconds === undefined ? formatNumber(sessions) : ageText(oldestSeconds);
}

function stateCell(target: TargetState): ScreenLine {
  const { phase, isStale } = target;
  const worst = worstAlarm(target);
  if (phase !== 'up') return [say(phaseWords[phase], phaseTint(phase))];
  if (worst) return [say(`${alarmWords[worst.severity]} ${worst.alarm}`, worst.severity)];
  return isStale ? [say('no answer', 'crit')] : [say('up', 'good')];
}

/** How much a target needs someone to look at it. */
function trouble(target: TargetState): number {
  if (target.phase === 'connecting') return 1;
  if (target.phase !== 'up' || target.isStale) return 4;
  const worst = worstAlarm(target)?.severity;
  return worst === 'crit' ? 3 : worst === 'warn' ? 2 : 0;
}
