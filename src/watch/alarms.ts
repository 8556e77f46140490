import { Alarm } from '../monitor/alarm.ts';
import { alarmLimitsWith, limitedAlarms } from './alarm-limits.ts';
import type { AlarmValues } from './alarm-values.ts';
import { type AlarmSeverity, alarmSeverities, type RaisedAlarm } from './state.ts';
import { type AlarmLimits, clearBelow, type LimitedAlarm } from './thresholds.ts';

type Limits = Readonly<Partial<Record<LimitedAlarm, AlarmLimits>>>;

interface Level {
  readonly alarm: LimitedAlarm;
  readonly severity: AlarmSeverity;
  readonly limit: number;
}

/** The alarms of one target. A figure that is not known any more raises none, and keeps none. */
export class TargetAlarms {
  readonly #levels: readonly Level[];
  readonly #samplesInARow: number;
  readonly #judges = new Map<Level, Alarm>();
  readonly #since = new Map<LimitedAlarm, number>();

  constructor(limits: Limits, samplesInARow: number) {
    const all = alarmLimitsWith(limits);
    this.#samplesInARow = samplesInARow;
    this.#levels = limitedAlarms.flatMap((alarm) =>
      alarmSeverities.flatMap((severity) => {
        const limit = all[alarm][severity];
        return limit === undefined ? [] : [{ alarm, severity, limit }];
      }),
    );
  }

  /** What is raised after one more sample; of each alarm its highest severity. `atMs`: wall clock. */
  sample(values: AlarmValues, atMs: number): readonly RaisedAlarm[] {
    const raised = new Map<LimitedAlarm, RaisedAlarm>();
    for (const level of this.#levels) {
      const { alarm, severity, limit } = level;
      const found = values[alarm];
      if (!found) {
        this.#judges.delete(level);
        continue;
      }
      const judge = this.#judgeOf(level);
      judge.sample(found.value);
      if (!judge.isRaised) continue;
      const sinceMs = this.#since.get(alarm) ?? atMs;
      this.#since.set(alarm, sinceMs);
      raised.set(alarm, { alarm, severity, value: found.value, limit, sinceMs, text: found.text });
    }
    for (const alarm of this.#since.keys()) if (!raised.has(alarm)) this.#since.delete(alarm);
    return [...raised.values()];
  }

  /** Forgets everything: the figures are history. */
  reset(): void {
    this.#judges.clear();
    this.#since.clear();
  }

  #judgeOf(level: Level): Alarm {
    const { alarm, limit } = level;
    const judge =
      this.#judges.get(level) ??
      new Alarm({ raiseAbove: limit, clearBelow: clearBelow(alarm, limit), samples: this.#samplesInARow });
    this.#judges.set(level, judge);
    return judge;
  }
}
