import { type AlarmLimits, alarmThresholds, meanWaitersLimit } from '../watch/thresholds.ts';

/** The connections that the pools were planned to take. */
export interface FleetPlan {
  /** Where it comes from: `size.json`, `--planned-connections`. */
  readonly source: string;
  /** At the worst minute: all instances, and those that a roll-out adds. */
  readonly mostConnections?: number;
  /** What a roll-out, or the growth to the worst minute, adds. */
  readonly rolloutConnections?: number;
}

/** What the rules are written by. */
export interface AlertSettings {
  /** How often Prometheus scrapes; a rate over fewer than four scrapes may have no value. */
  readonly scrapeSeconds: number;
  readonly limits: AlertLimits;
  readonly plan?: FleetPlan;
}

/** What is raised above: shares, requests, seconds. */
export interface AlertLimits {
  readonly saturation: AlarmLimits;
  readonly maxWaitSeconds: AlarmLimits;
  readonly idleTransactionSeconds: AlarmLimits;
  readonly transactionSeconds: AlarmLimits;
  readonly meanWaiters: AlarmLimits;
}

/** Those of `poolctl watch`, for servers that are scraped every 15 s. */
export const defaultAlertSettings: AlertSettings = {
  scrapeSeconds: 15,
  limits: {
    saturation: alarmThresholds.saturation,
    maxWaitSeconds: alarmThresholds['max-wait'],
    idleTransactionSeconds: alarmThresholds['idle-tx'],
    transactionSeconds: alarmThresholds['tx-age'],
    meanWaiters: { warn: meanWaitersLimit },
  },
};

const scrapesInWindow = 4;

/** The stretches that means are taken over, in whole seconds: at least four scrapes each. */
export function windowsOf({ scrapeSeconds }: AlertSettings): { readonly short: number; readonly long: number } {
  const least = Math.ceil(scrapesInWindow * scrapeSeconds);
  return { short: Math.max(60, least), long: Math.max(300, least) };
}

/** Where the plan comes from, in a text that Prometheus reads as a template. */
export const plannedBy = (plan: FleetPlan | undefined): string => (plan?.source ?? '').replaceAll('{{', '{ {');
