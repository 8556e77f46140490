import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { gaugeWarnings, type SeenGauges } from '../recommend/gauges.ts';
import type { Collected } from './collected.ts';
import type { InstanceFigures } from './figures.ts';

/** What speaks against the gauges of the window, or else of the peak hour; each warning once. */
export function figureWarnings({ window, peak, pool }: Pick<Collected, 'window' | 'peak' | 'pool'>): Warning[] {
  const all = [window, ...(peak ? [peak] : [])].flatMap(({ instances }) =>
    gaugeWarnings(pool, instances.map(gaugesOfInstance)),
  );
  return [...new Map(all.reverse().map((warning) => [warning.code, warning])).values()].reverse();
}

/** Only sources whose gauges may have lost count are asked for the least and the most of them. */
function gaugesOfInstance(one: InstanceFigures): SeenGauges {
  const { inUse, inUseLeast, inUseMost, idleLeast, limit, waitingMost, useMs, readings = 0 } = one;
  const below = Math.min(inUseLeast ?? 0, idleLeast ?? 0);
  return {
    readings,
    ...(inUse !== undefined &&
      inUseLeast !== undefined && {
        inUse: { least: inUseLeast, mean: inUse, most: inUseMost ?? inUse },
      }),
    ...(below < 0 && { belowZero: below }),
    ...withoutUndefined({ limit, waitingMost, busy: useMs === undefined ? undefined : useMs / 1_000 }),
  };
}
