import type { PicturedFigures, PicturedTarget } from '../../picture.ts';
import type { makeCharts } from './charts.ts';
import type { Branch, makeUpdating, PageTree } from './updating.ts';
import type { makeWords } from './words.ts';

/** Makes the drawing of one target. */
export function makeCard(
  { tree }: ReturnType<typeof makeUpdating>,
  { duration, roughly, moment, count, rounded }: ReturnType<typeof makeWords>,
  { bar, sparkline }: ReturnType<typeof makeCharts>,
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
      figures && isStale ? tree('p', { class: 'old' }, oldWords(target, nowMs)) : undefined,
      ...(figures ? occupancy(figures, target) : []),
      sparkline(history),
      ...(figures && !isStale ? now(figures, target, id, isAlone, nowMs) : []),
      ...target.notices.map(({ atMs, text }) => tree('p', { class: 'soft' }, `${moment(atMs, nowMs)}: ${text}.`)),
    );
  }

  function worst(alarms: PicturedTarget['alarms']): 'crit' | 'warn' | undefined {
    if (alarms.some(({ severity }) => severity === 'crit')) return 'crit';
    return alarms.length > 0 ? 'warn' : undefined;
  }

  function about({ server, isReplica, door, failure, phase, labels }: PicturedTarget): string {
    const parts = [
      server,
      isReplica ? 'replica' : undefined,
      door === undefined ? undefined : `poolctl is in by the ${door}`,
      phase === 'up' ? undefined : failure,
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

  /** What is only told while it is of now. */
  function now(
    figures: PicturedFigures,
    target: PicturedTarget,
    id: string,
    isAlone: boolean,
    nowMs: number,
  ): Branch[] {
    return [
      facts(figures, target, nowMs),
      pools(figures, id),
      sessions(figures, id, isAlone),
      transactions(figures, id, isAlone),
      figures.unseen.length > 0
        ? tree('p', { class: 'soft' }, `poolctl may not see: ${figures.unseen.join('; ')}.`)
        : undefined,
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

  function growthWords({ perMinute, fullInSeconds }: NonNullable<PicturedTarget['growth']>): string {
    const rate = `${perMinute > 0 ? '+' : ''}${rounded(perMinute)} a minute`;
    return fullInSeconds === undefined ? rate : `${rate}: full in about ${roughly(fullInSeconds)} at this rate`;
  }

  function pools({ pools: all }: PicturedFigures, id: string): Branch {
    if (!all) return undefined;
    const rows = all.map((pool) => [
      ...[pool.database, pool.user, pool.mode ?? ''],
      ...[pool.clientsActive, pool.clientsWaiting, duration(pool.maxWaitSeconds)],
      pool.limit === undefined ? String(pool.servers) : `${pool.servers} of ${pool.limit}`,
    ]);
    const head = ['Database', 'User', 'Mode', 'Clients', 'Waiting', 'Longest wait', 'Servers'];
    return folded(`${id}-pools`, `Pools (${all.length})`, true, table('Pools of PgBouncer', head, rows, 3));
  }

  function sessions({ groups, pools: all }: PicturedFigures, id: string, isAlone: boolean): Branch {
    if (groups.length === 0) return undefined;
    const rows = groups.map(({ application, user, database, state, connections }) => [
      ...[application || '?', user || '?', database || '?', state || '?'],
      connections,
    ]);
    const head = ['Application', 'User', 'Database', 'State', all ? 'Clients' : 'Sessions'];
    return folded(
      `${id}-groups`,
      `${head[4]} by application (${rows.length})`,
      isAlone,
      table('Sessions', head, rows, 4),
    );
  }

  function transactions({ transactions: open = [] }: PicturedFigures, id: string, isAlone: boolean): Branch {
    if (open.length === 0) return undefined;
    const rows = open.map(({ application, user, database, state, seconds }) => [
      ...[application || '?', user || '?', database || '?', state || '?'],
      duration(seconds),
    ]);
    const head = ['Application', 'User', 'Database', 'State', 'Open for'];
    return folded(`${id}-open`, `Longest transactions (${rows.length})`, isAlone, table('Transactions', head, rows, 4));
  }

  /** The first `texts` columns are texts, the others figures. */
  function table(label: string, head: string[], rows: (string | number)[][], texts: number): PageTree {
    const kind = (column: number): Record<string, string> => (column >= texts ? { class: 'n' } : {});
    const heads = head.map((name, column) => tree('th', { scope: 'col', ...kind(column) }, name));
    const body = rows.map((cells) =>
      tree(
        'tr',
        {},
        ...cells.map((cell, column) =>
          column === 0 ? tree('th', { scope: 'row' }, String(cell)) : tree('td', kind(column), String(cell)),
        ),
      ),
    );
    return tree(
      'div',
      { class: 'scroll', role: 'region', 'aria-label': label, tabindex: '0' },
      tree('table', {}, tree('thead', {}, tree('tr', {}, ...heads)), tree('tbody', {}, ...body)),
    );
  }

  /** Whoever opens or shuts it has the last word: `open` is said but once. */
  function folded(id: string, title: string, isOpen: boolean, content: PageTree): PageTree {
    return tree('details', isOpen ? { id, open: '' } : { id }, tree('summary', {}, title), content);
  }

  return { card };
}
