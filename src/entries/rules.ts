/** `poolctl/rules`: alert rules for Prometheus, their unit tests and a dashboard, from the metrics of pools and servers. */

export { alertRules, type RulesFormat, type RulesRequest } from '../alerts/run.ts';
export type { AlertLimits, FleetPlan } from '../alerts/settings.ts';
export { metricSourceIds } from '../alerts/sources.ts';
export type { AlarmLimits } from '../watch/thresholds.ts';
