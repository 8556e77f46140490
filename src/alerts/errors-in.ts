import type { SourceFigures } from './figures.ts';
import type { SeriesFigure } from './promql.ts';

/**
 * How much a counter of errors grew. Many sources have no series before the first error, and increase() knows no 0 before
 * it. So a series that is new and above 0 counts too, where the pool itself has been there before: after a gap in the
 * scrapes both are new.
 */
export function errorsIn(
  figures: SourceFigures,
  quantity: 'timeouts' | 'rejected',
  seconds: number,
): SeriesFigure | undefined {
  const grown = figures.increase(quantity, seconds);
  const now = figures.now(quantity);
  const before = figures.before(quantity, seconds);
  const poolBefore = figures.before('limit', seconds);
  if (!grown || !now || !before || !poolBefore) return undefined;
  const first = `(${now.expr} > 0 unless ${before.expr}) and ${poolBefore.expr}`;
  return { expr: `${grown.expr} > 0\n  or\n${first}`, labels: now.labels };
}
