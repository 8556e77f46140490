import type { AlarmLimits } from '../watch/thresholds.ts';
import { alertLevels } from './levels.ts';
import type { SeriesFigure } from './promql.ts';
import type { RaisedAlert } from './rule.ts';

/** One alert a limit that a figure is above for so long; none where the source does not measure it. */
export function alertsAbove(
  figure: SeriesFigure | undefined,
  limits: AlarmLimits,
  { forSeconds, say }: Pick<RaisedAlert, 'forSeconds' | 'say'>,
): readonly RaisedAlert[] {
  if (!figure) return [];
  return alertLevels(limits).map(({ severity, limit }) => ({
    ...{ severity, expr: `${figure.expr} > ${limit}`, labels: figure.labels, keepsTarget: true, forSeconds, say },
  }));
}
