import { PoolctlError } from '../base/errors.ts';
import { alertsOf } from './alerts.ts';
import { checkAmounts, checkNaming, checkScrapeSeconds } from './check-naming.ts';
import { parseSelector } from './parse-selector.ts';
import { type AlertLimits, type AlertSettings, defaultAlertSettings, type FleetPlan } from './settings.ts';
import { alertSources, usualSources } from './sources.ts';
import { headerOf } from './write/header.ts';

/** Rules for Prometheus, the same as a manifest for its operator, a dashboard of Grafana, or unit tests for promtool. */
export const rulesFormats = ['prometheus', 'operator', 'grafana', 'tests'] as const;
export type RulesFormat = (typeof rulesFormats)[number];

/** What `poolctl rules` is asked for. */
export interface RulesRequest {
  /** Ids of sources of metrics; poolctl's own where they are left out. */
  readonly sources?: readonly string[];
  readonly format?: RulesFormat;
  /** `{job="orders"}` for all series, `postgres-exporter{job="pg"}` for those of one source. */
  readonly selectors?: readonly string[];
  /** How often Prometheus scrapes: whole seconds up to an hour; 15 where it is left out. */
  readonly scrapeSeconds?: number;
  /** Other limits than those of `poolctl watch`; `{}` leaves the rule out. */
  readonly limits?: Partial<AlertLimits>;
  readonly plan?: FleetPlan;
  /** The name of the group of rules; `poolctl` where it is left out. */
  readonly group?: string;
  /** Go onto every alert. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the format `tests`: where the rules are, seen from the tests. */
  readonly rulesFile?: string;
}

/**
 * The text of a file of rules.
 * @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION
 */
export async function alertRules(request: RulesRequest = {}): Promise<string> {
  const selectors = (request.selectors ?? []).map((text) => parseSelector(text, '--selector'));
  const sources = await alertSources(request.sources ?? usualSources, selectors);
  const scrapeSeconds = request.scrapeSeconds ?? defaultAlertSettings.scrapeSeconds;
  const settings: AlertSettings = {
    scrapeSeconds: checkScrapeSeconds(scrapeSeconds, `scrapeSeconds ${scrapeSeconds}`),
    limits: { ...defaultAlertSettings.limits, ...request.limits },
    ...(request.plan && { plan: request.plan }),
  };
  for (const [name, { warn, crit }] of Object.entries(settings.limits)) {
    checkAmounts({ [`${name}.warn`]: warn, [`${name}.crit`]: crit });
  }
  const { mostConnections, rolloutConnections } = settings.plan ?? {};
  checkAmounts({ mostConnections, rolloutConnections });
  const naming = checkNaming({ group: request.group ?? 'poolctl', labels: request.labels ?? {} });
  const alerts = alertsOf(sources, settings);
  if (alerts.length === 0) {
    throw new PoolctlError('INPUT_CONTRADICTION', 'Nothing is left to alert on: every limit of these sources is off.', {
      hint: 'Leave one of --alarm ...=off out.',
    });
  }
  const { format = 'prometheus', rulesFile = 'poolctl.rules.yml' } = request;
  switch (format) {
    case 'prometheus':
      return (await import('./write/prometheus.ts')).prometheusRules(alerts, naming, headerOf(sources, settings));
    case 'operator':
      return (await import('./write/prometheus.ts')).operatorRules(alerts, naming, headerOf(sources, settings));
    case 'grafana':
      return (await import('./write/grafana.ts')).grafanaDashboard(sources, settings, naming.group);
    case 'tests': {
      const { promtoolTests } = await import('./write/tests.ts');
      return promtoolTests({ ...naming, sources, alerts, settings, rulesFile }, ['promtool test rules THIS-FILE']);
    }
    default:
      return format satisfies never;
  }
}
