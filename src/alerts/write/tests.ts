import type { SourceAlert } from '../alerts.ts';
import type { AlertSource } from '../figures.ts';
import { promDuration } from '../promql.ts';
import { alertRuleTable } from '../rules/index.ts';
import { saidOf } from '../said.ts';
import { poolScenarios } from '../scenarios/pool.ts';
import type { ScenarioCheck } from '../scenarios/scenario.ts';
import { labelsOf, seriesOf } from '../scenarios/series.ts';
import { serverScenarios } from '../scenarios/server.ts';
import type { AlertSettings } from '../settings.ts';
import { alertLabels, type RuleNaming } from './groups.ts';
import { yamlText } from './yaml.ts';

/** What a file of unit tests is written from: the alerts, and all that decided them. */
export interface TestedRules extends RuleNaming {
  readonly sources: readonly AlertSource[];
  readonly alerts: readonly SourceAlert[];
  readonly settings: AlertSettings;
  /** The file that the rules are in, from where the tests are. */
  readonly rulesFile: string;
}

/** Unit tests for `promtool test rules`: what each source's rules make of a burst, a leak, a full server and so on. */
export function promtoolTests(rules: TestedRules, comment: readonly string[]): string {
  const { settings, rulesFile, sources } = rules;
  const interval = promDuration(settings.scrapeSeconds);
  const scenarios = [...poolScenarios(settings), ...serverScenarios(settings)];
  const tests = sources.flatMap((source) => {
    const own = rules.alerts.filter((alert) => alert.source === source.id);
    return scenarios
      .filter((scenario) => own.length > 0 && scenario.needs.every((quantity) => source.profile.metrics[quantity]))
      .map((scenario) => ({
        name: `${source.id}: ${scenario.name}`,
        interval,
        input_series: seriesOf(source, scenario, settings.scrapeSeconds),
        alert_rule_test: scenario.checks.flatMap((check) => expectations(check, own, source, rules)),
      }));
  });
  return yamlText({ rule_files: [rulesFile], evaluation_interval: interval, tests }, comment);
}

/** One expectation for each alert that the source can raise. */
function expectations(
  { atSeconds, raised }: ScenarioCheck,
  alerts: readonly SourceAlert[],
  source: AlertSource,
  { labels }: RuleNaming,
): readonly object[] {
  const can = alertRuleTable.filter((rule) => alerts.some((alert) => alert.rule === rule));
  return can.map((rule) => ({
    eval_time: promDuration(atSeconds),
    alertname: rule.alert,
    exp_alerts: alerts
      .filter((alert) => alert.rule === rule && raised[rule.id]?.[alert.severity] !== undefined)
      .map((alert) => {
        const own = labelsOf(source, alert);
        return {
          exp_labels: { ...own, ...alertLabels(alert.severity, source.id, labels) },
          exp_annotations: alert.say(saidOf(rule.value, raised[rule.id]?.[alert.severity] ?? 0, own)),
        };
      }),
  }));
}
