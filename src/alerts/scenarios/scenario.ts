import type { MeasuredQuantity } from '../../profiles/metrics.ts';
import type { AlarmLimits } from '../../watch/thresholds.ts';
import { alertLevels } from '../levels.ts';
import type { RuleSeverity } from '../rule.ts';
import type { AlertSettings } from '../settings.ts';

/** A quantity over the seconds of a scenario; undefined where there is no series. Counters and times are totals. */
export type Course = (second: number) => number | undefined;

/** What must be raised at a moment: the severities of a rule, each with the value. All else must be quiet. */
export interface ScenarioCheck {
  readonly atSeconds: number;
  readonly raised: Readonly<Record<string, Readonly<Partial<Record<RuleSeverity, number>>>>>;
}

/** What happens to a pool or a server, and what the rules make of it. */
export interface AlertScenario {
  readonly name: string;
  /** Only of sources that measure all of these. */
  readonly needs: readonly MeasuredQuantity[];
  readonly seconds: number;
  readonly courses: Readonly<Partial<Record<MeasuredQuantity, Course>>>;
  readonly checks: readonly ScenarioCheck[];
}

export type ScenarioMaker = (settings: AlertSettings) => readonly AlertScenario[];

/** Quiet at every one of these moments. */
export const quietAt = (moments: readonly number[]): readonly ScenarioCheck[] =>
  moments.map((atSeconds) => ({ atSeconds, raised: {} }));

/** `from`, and every `step` up to `to`. */
export function moments(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** The next moment of a scrape. */
export const scrapeAt = (second: number, { scrapeSeconds }: AlertSettings): number =>
  Math.ceil(second / scrapeSeconds) * scrapeSeconds;

/** What is raised at this value: each level that is below it. */
export function above(limits: AlarmLimits, value: number): Partial<Record<RuleSeverity, number>> {
  return Object.fromEntries(
    alertLevels(limits)
      .filter(({ limit }) => value > limit)
      .map(({ severity }) => [severity, value]),
  );
}
