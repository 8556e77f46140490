import type { SourceAlert } from '../alerts.ts';
import { type RuleNaming, ruleGroups } from './groups.ts';
import { yamlText } from './yaml.ts';

/** A file of rules for `rule_files` of Prometheus. */
export function prometheusRules(
  alerts: readonly SourceAlert[],
  naming: RuleNaming,
  comment: readonly string[],
): string {
  return yamlText({ groups: ruleGroups(alerts, naming) }, comment);
}

/** The same as a manifest for the Prometheus Operator. `group` is its name, so it has to be a name of Kubernetes. */
export function operatorRules(alerts: readonly SourceAlert[], naming: RuleNaming, comment: readonly string[]): string {
  const manifest = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: naming.group, labels: { 'app.kubernetes.io/name': 'poolctl' } },
    spec: { groups: ruleGroups(alerts, naming) },
  };
  return yamlText(manifest, comment);
}
