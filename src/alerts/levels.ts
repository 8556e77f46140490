import type { AlarmLimits } from '../watch/thresholds.ts';
import { type RuleSeverity, ruleSeverities } from './rule.ts';

/** A severity with the limit that raises it; the mildest first. */
export function alertLevels(
  limits: AlarmLimits,
): readonly { readonly severity: RuleSeverity; readonly limit: number }[] {
  return (['warn', 'crit'] as const).flatMap((level) => {
    const limit = limits[level];
    return limit === undefined ? [] : [{ severity: ruleSeverities[level], limit }];
  });
}
