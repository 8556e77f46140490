import type { AlarmSeverity, RaisedAlarm, WatchAlarmName, WatchState } from './state.ts';

/** An alarm that was raised at some time, with the highest severity that it had. */
export interface SeenAlarm {
  readonly alarm: WatchAlarmName;
  readonly severity: AlarmSeverity;
  /** How often it was raised. */
  readonly times: number;
  /** Wall clock. */
  readonly firstMs: number;
  readonly isRaised: boolean;
  /** When it was worst. */
  readonly text: string;
}

/** Every alarm of a run, by target. */
export class AlarmsSeen {
  readonly #seen = new Map<string, Map<WatchAlarmName, SeenAlarm>>();

  take({ targets }: WatchState): void {
    for (const { name, alarms } of targets) {
      const seen = this.#seen.get(name) ?? new Map<WatchAlarmName, SeenAlarm>();
      this.#seen.set(name, seen);
      for (const [alarm, before] of seen) {
        if (before.isRaised && !alarms.some((one) => one.alarm === alarm))
          seen.set(alarm, { ...before, isRaised: false });
      }
      for (const raised of alarms) seen.set(raised.alarm, withRaised(seen.get(raised.alarm), raised));
    }
  }

  of(target: string): readonly SeenAlarm[] {
    return [...(this.#seen.get(target)?.values() ?? [])];
  }

  /** Whether any target had an alarm of this severity or a higher one. */
  has(severity: AlarmSeverity): boolean {
    return [...this.#seen.values()].some((seen) =>
      [...seen.values()].some((one) => severity === 'warn' || one.severity === 'crit'),
    );
  }
}

function withRaised(before: SeenAlarm | undefined, { alarm, severity, sinceMs, text }: RaisedAlarm): SeenAlarm {
  if (!before) return { alarm, severity, times: 1, firstMs: sinceMs, isRaised: true, text };
  const isWorse = before.severity === 'warn' && severity === 'crit';
  return {
    ...before,
    times: before.times + (before.isRaised ? 0 : 1),
    isRaised: true,
    ...(isWorse ? { severity, text } : {}),
  };
}
