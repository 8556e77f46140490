import type { SourceFigures } from './figures.ts';
import type { AlertSettings } from './settings.ts';

/** What the texts of an alert speak of: templates of Prometheus in a rule, the values themselves in its unit test. */
export interface AlertWords {
  label(name: string): string;
  /** `pool orders`. */
  readonly pool: string;
  /** `server orders`. */
  readonly server: string;
  readonly value: string;
}

/** How the value is written: 0.93 as `93%`, waiting requests as `6.0`, whole connections, a time as `5m 0s`. */
export type ValueKind = 'share' | 'amount' | 'whole' | 'seconds' | 'none';

export const ruleSeverities = { warn: 'warning', crit: 'critical' } as const;
export type RuleSeverity = (typeof ruleSeverities)[keyof typeof ruleSeverities];

/** What a rule raises for one source, at one severity. */
export interface RaisedAlert {
  readonly severity: RuleSeverity;
  readonly expr: string;
  /** The labels of its series: all of the target with these, or only these. */
  readonly labels: readonly string[];
  readonly keepsTarget: boolean;
  /** It fires when it was so for that long. */
  readonly forSeconds: number;
  say(said: AlertWords): { readonly summary: string; readonly description: string };
}

/** What is watched, whatever the source. One file each in rules/. */
export interface AlertRule {
  /** As its file, and its place in docs/alerts.md. */
  readonly id: string;
  readonly alert: string;
  readonly value: ValueKind;
  /** When it fires, and why then: for docs/alerts.md. */
  readonly means: string;
  /** None where the source does not measure it. */
  alerts(figures: SourceFigures, settings: AlertSettings): readonly RaisedAlert[];
}
