import type { PicturedFigures, PicturedTarget } from '../../picture.ts';
import type { makeCharts } from './charts.ts';
import type { makeTables } from './tables.ts';
import type { Branch, makeUpdating, PageTree } from './updating.ts';
import type { makeWords } from './words.ts';

/** Makes the drawing of one target. */
export function makeCard(
  { tree }: ReturnType<typeof makeUpdating>,
  { duration, roughly, moment, count, rounded }: ReturnType<typeof makeWords>,
  { bar, sparkline }: ReturnType<typeof makeCharts>,
  { pools, sessions, transactions }: ReturnType<typeof makeTables>,
) {
  const phases = {
    connecting: ['unknown', '…', 'connecting'],
    up: ['yes', '✓', 'answers'],
    saturated: ['no', '!', 'full'],
    unreachable: ['no', '✗', 'no answer'],
    refused: ['no', '✗', 'refuses this login'],
  } as const;

  /** `isAlone`: there is room for its tables. `nowMs` is of the clock of the server of this page. */
  function card(target: PicturedTarget, index: number, isAlone: boolean, nowMs: number): PageTree {
    const id = `target-${index}`;
    const { figures, isStale, history } = target;
    const level = isStale ? 'stale' : (worst(target.alarms) ?? (figures ? 'fine' : 'unknown'));
    const [kind, mark, word] = phases[target.phase];
    return tree(
      'article',
      { id, class: `card ${level}`, 'aria-labelledby': `${id}-name`, tabindex: '-1' },
      tree(
        'div',
        { class: 'head' },
        tree('h2', { id: `${id}-name` }, target.name),
        tree('p', { class: `verdict ${kind}` }, `${mark} ${word}`),
      ),
      tree('p', { class: 'soft' }, about(target)),
      target.phase === 'up' || target.failure === undefined ? undefined : tree('p', {}, target.failure),
      figures && isStale ? tree('p', { class: 'old' }, oldWords(target, nowMs)) : undefined,
      tree(
        'div',
        { class: 'halves' },
        tree(
          'div',
          {},
          ...(figures ? occupancy(figures, target) : []),
          sparkline(history),
          figures && !isStale ? facts(figures, target, nowMs) : undefined,
        ),
        figures && !isStale ? tree('div', {}, ...tables(figures, id, isAlone)) : undefined,
      ),
      ...target.notices.map(({ atMs, text }) => tree('p', { class: 'soft' }, `${moment(atMs, nowMs)}: ${text}.`)),
    );
  }

  function worst(alarms: PicturedTarget['alarms']): 'crit' | 'warn' | undefined {
    if (alarms.some(({ severity }) => severity === 'crit')) return 'crit';
    return alarms.length > 0 ? 'warn' : undefined;
  }

  function about({ server, isReplica, door, labels }: PicturedTarget): string {
    const parts = [
      server,
      isReplica ? 'replica' : undefined,
      door === undefined ? undefined : `poolctl is in by the ${door}`,
      ...Object.entries(labels).map(([name, text]) => `${name}: ${text}`),
    ];
    return parts.filter((part) => part !== undefined).join(' · ');
  }

  function oldWords({ lookedAtMs, history }: PicturedTarget, nowMs: number): string {
    return `These figures are ${duration((nowMs - (lookedAtMs ?? nowMs)) / 1_000)} old${history.length > 0 ? ', and so is the line' : ''}.`;
  }

  function occupancy(figures: PicturedFigures, { highWater, alarms, isStale }: PicturedTarget): Branch[] {
    const { taken, usable, max, reserved, lowered, pools: ofPooler } = figures;
    const level = isStale ? 'stale' : worst(alarms.filter(({ alarm }) => alarm === 'saturation'));
    const share = usable > 0 ? ` (${Math.round((taken / usable) * 100)} %)` : '';
    const of = [`${max} max`, reserved > 0 ? `${reserved} reserved` : '', lowered ? `lowered by ${lowered}` : ''];
    return [
      tree(
        'p',
        { class: 'taken' },
        tree('strong', {}, `${taken} of ${usable}`),
        `${ofPooler ? ' client connections' : ' usable'} taken${share}`,
        tree('span', { class: 'soft' }, ` · ${of.filter((part) => part !== '').join(', ')}`),
      ),
      bar(figures, highWater?.connections, level ?? 'fine'),
    ];
  }

  function tables(figures: PicturedFigures, id: string, isAlone: boolean): Branch[] {
    const { unseen } = figures;
    return [
      pools(figures, id),
      sessions(figures, id, isAlone),
      transactions(figures, id, isAlone),
      unseen.length > 0 ? tree('p', { class: 'soft' }, `poolctl may not see: ${unseen.join('; ')}.`) : undefined,
    ];
  }

  function facts(figures: PicturedFigures, target: PicturedTarget, nowMs: number): PageTree {
    const { idleInTransaction: idle, lockWaiters, refusedTotal, serverHighWater, transactions: open, hidden } = figures;
    const { highWater, beforeRestart, growth, rates } = target;
    const mark = (most: NonNullable<typeof highWater>) =>
      `${most.connections} at ${moment(most.atMs, nowMs)}${most.by === undefined ? '' : `, most by ${most.by}`}`;
    const oldest = idle?.oldestSeconds === undefined ? '' : `, the oldest for ${duration(idle.oldestSeconds)}`;
    const rows: readonly (readonly [string, string | undefined])[] = [
      ['Growth', growth && growthWords(growth)],
      ['Most seen', highWater && mark(highWater)],
      ['Before the restart', beforeRestart && mark(beforeRestart)],
      ['Most by the server', serverHighWater === undefined ? undefined : String(serverHighWater)],
      ['Idle in transaction', idle && `${idle.sessions}${idle.sessions === 0 ? '' : oldest}`],
      ['Longest transaction', open && (open[0] ? duration(open[0].seconds) : 'none')],
      ['Waiting for locks', lockWaiters === undefined ? undefined : String(lockWaiters)],
      ['Opened', perSecond(rates?.openedPerSecond, 'session')],
      ['Transactions', perSecond(rates?.transactionsPerSecond, 'transaction')],
      ['Refused, it was full', refusedWords(refusedTotal, rates)],
      ['Without details', hidden > 0 ? count(hidden, 'session') : undefined],
      ['Skipped polls', target.skippedPolls > 0 ? String(target.skippedPolls) : undefined],
    ];
    const known = rows.flatMap(([name, text]) =>
      text === undefined ? [] : [tree('div', {}, tree('dt', {}, name), tree('dd', {}, text))],
    );
    return tree('dl', {}, ...known);
  }

  function perSecond(rate: number | undefined, noun: string): string | undefined {
    return rate === undefined ? undefined : `${rounded(rate)} ${noun}s a second`;
  }

  function refusedWords(total: number | undefined, rates: PicturedTarget['rates']): string | undefined {
    if (!total) return undefined;
    const lately = rates?.refused ? `, ${rates.refused} of them in the last ${duration(rates.seconds)}` : '';
    return `${total} in all${lately}`;
  }

  /** What grows surely, and nothing of what wavers. */
  function growthWords({ perMinute, fullInSeconds }: NonNullable<PicturedTarget['growth']>): string | undefined {
    if (fullInSeconds === undefined) return undefined;
    return `${rounded(perMinute)} more a minute: full in about ${roughly(fullInSeconds)} at this rate`;
  }

  return { card };
}
