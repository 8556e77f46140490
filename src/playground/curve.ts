import type { Markup } from '../render/html/markup.ts';
import type { Sized } from '../size/result.ts';
import { type Flags, sizeAnswer } from './core.ts';
import { laterTurn } from './later.ts';
import { curveMarkup } from './shown.ts';
import { type DrawnPool, sizesAround, waitsChart, waitsOf } from './waits.ts';

/** What has a part in no wait of a pool. */
const withoutWaits = ['emit', 'lang', 'driver-version', 'method'];

/** Draws the waits of pools around an answer, one pool a turn, unless a newer answer overtakes it. */
export async function drawCurve({
  flags,
  sized,
  isOvertaken,
  show,
}: {
  readonly flags: Flags;
  readonly sized: Sized | undefined;
  isOvertaken(): boolean;
  show(markup: Markup): void;
}): Promise<void> {
  if (!sized) return show(curveMarkup(undefined));
  const load = Object.fromEntries(Object.entries(flags).filter(([flag]) => !withoutWaits.includes(flag)));
  const pools: DrawnPool[] = [];
  for (const size of sizesAround(sized)) {
    await laterTurn();
    if (isOvertaken()) return;
    const { found } = await sizeAnswer({ ...load, 'connection-limit': `${size}` });
    if (found) pools.push(waitsOf(found.sized));
  }
  if (!isOvertaken()) show(curveMarkup(waitsChart(pools, sized)));
}
