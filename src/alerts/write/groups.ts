import type { SourceAlert } from '../alerts.ts';
import { promDuration } from '../promql.ts';
import { saidByTemplate } from '../said.ts';

/** How the rules are labelled and called. */
export interface RuleNaming {
  readonly group: string;
  /** Go onto every alert, for routing: `team: db`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A rule as Prometheus reads it. */
export interface WrittenRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The groups of a file of rules. */
export function ruleGroups(
  alerts: readonly SourceAlert[],
  { group, labels }: RuleNaming,
): readonly { readonly name: string; readonly rules: readonly WrittenRule[] }[] {
  const rules = alerts.map(
    ({ rule, source, severity, expr, forSeconds, labels: own, say }): WrittenRule => ({
      alert: rule.alert,
      expr,
      ...(forSeconds > 0 && { for: promDuration(forSeconds) }),
      labels: alertLabels(severity, source, labels),
      annotations: say(saidByTemplate(rule.value, own)),
    }),
  );
  return [{ name: group, rules }];
}

/** The labels that a rule puts on its alerts. */
export function alertLabels(
  severity: string,
  source: string,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { severity, source, ...more };
}
