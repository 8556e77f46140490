import type { PicturedFigures, PicturedTarget } from '../../picture.ts';
import type { makeUpdating, PageTree } from './updating.ts';

/** Makes the bar of taken connections and the line of the last minutes. */
export function makeCharts({ tree }: ReturnType<typeof makeUpdating>) {
  /** Taken of usable, with a mark where the most were taken. */
  function bar({ taken, usable }: PicturedFigures, highWater: number | undefined, level: string): PageTree {
    const place = (connections: number) => Math.round(Math.min(1, connections / Math.max(usable, 1)) * 1_000) / 10;
    const says = `${taken} of ${usable} usable connections are taken`;
    const most = highWater === undefined ? undefined : String(place(highWater));
    return tree(
      'svg',
      { class: `bar ${level}`, viewBox: '0 0 100 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': says },
      tree('rect', { class: 'ground', width: '100', height: '10' }),
      tree('rect', { class: 'fill', width: String(place(taken)), height: '10' }),
      most === undefined ? undefined : tree('line', { class: 'most', x1: most, x2: most, y1: '0', y2: '10' }),
    );
  }

  /** Taken connections over the last looks, below a dashed line for the usable ones. */
  function sparkline(history: PicturedTarget['history']): PageTree | undefined {
    const last = history[history.length - 1];
    if (!last || history.length < 2) return undefined;
    const taken = history.map((look) => look.taken);
    const [least, most] = [Math.min(...taken), Math.max(...taken)];
    const top = Math.max(last.usable, most, 1);
    const points = taken.map((connections, index) => {
      const x = Math.round((index / (taken.length - 1)) * 2_000) / 10;
      return `${x},${Math.round((1 - connections / top) * 360 + 20) / 10}`;
    });
    const limit = String(Math.round((1 - last.usable / top) * 360 + 20) / 10);
    const says = `Taken connections of the last ${taken.length} looks: from ${taken[0]} to ${last.taken}, least ${least}, most ${most}`;
    return tree(
      'svg',
      { class: 'spark', viewBox: '0 0 200 40', preserveAspectRatio: 'none', role: 'img', 'aria-label': says },
      tree('line', { class: 'limit', x1: '0', x2: '200', y1: limit, y2: limit }),
      tree('path', { class: 'area', d: `M0,40L${points.join('L')}L200,40Z` }),
      tree('polyline', { class: 'line c0', points: points.join(' ') }),
    );
  }

  return { bar, sparkline };
}
