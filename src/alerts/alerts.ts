import { type AlertSource, SourceFigures } from './figures.ts';
import type { AlertRule, RaisedAlert } from './rule.ts';
import { alertRuleTable } from './rules/index.ts';
import type { AlertSettings } from './settings.ts';

/** An alert of one source. */
export interface SourceAlert extends RaisedAlert {
  readonly rule: AlertRule;
  readonly source: string;
}

/** All that can be raised from what these sources measure; a rule that is in two of them is written once. */
export function alertsOf(sources: readonly AlertSource[], settings: AlertSettings): readonly SourceAlert[] {
  const all = sources.flatMap((source) => {
    const figures = new SourceFigures(source);
    return alertRuleTable.flatMap((rule) =>
      rule.alerts(figures, settings).map((raised): SourceAlert => ({ ...raised, rule, source: source.id })),
    );
  });
  const key = ({ rule, severity, expr }: SourceAlert) => `${rule.id} ${severity} ${expr}`;
  const first = new Map(all.toReversed().map((alert) => [key(alert), alert]));
  return all.filter((alert) => first.get(key(alert)) === alert);
}
