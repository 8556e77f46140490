import type { PoolClock } from '../pools/clock.ts';
import { alarmValues, fullValues } from './alarm-values.ts';
import { TargetAlarms } from './alarms.ts';
import { GrowthMeter } from './growth.ts';
import type { TargetLook } from './look.ts';
import { marksAfter, type SavedMarks } from './marks.ts';
import { noticeOf } from './notices.ts';
import type { WatchTarget } from './options.ts';
import { phaseOfFailure } from './phase.ts';
import { ratesOf, type Totals, withTotals } from './rates.ts';
import { isSameRun } from './server-run.ts';
import type { RaisedAlarm, TargetPhase, TargetState, WatchNotice } from './state.ts';
import { type AlarmLimits, type LimitedAlarm, staleAfterIntervals } from './thresholds.ts';
import { unreachableAlarm } from './unreachable-alarm.ts';

type Failure = NonNullable<TargetState['failure']>;

export interface RecordSettings {
  readonly intervalMs: number;
  readonly alarms: Readonly<Partial<Record<LimitedAlarm, AlarmLimits>>>;
  readonly samplesInARow: number;
  readonly clock: PoolClock;
  /** From before. */
  readonly marks?: SavedMarks | undefined;
  readonly onChange: () => void;
}

/** Looks that a picture of the last minutes is made of. */
const mostHistory = 300;
const mostNotices = 5;

/** What is known of one target: each poll, skip and wait goes in, and its state comes out. */
export class TargetRecord {
  readonly #target: WatchTarget;
  readonly #settings: RecordSettings;
  readonly #alarms: TargetAlarms;
  readonly #growth: GrowthMeter;
  #phase: TargetPhase = 'connecting';
  #seen: Pick<TargetState, 'look' | 'lookedAtMs' | 'lookedAtWallMs' | 'door'> = {};
  #failure: Failure | undefined;
  #marks: SavedMarks | undefined;
  #raised: readonly RaisedAlarm[] = [];
  #history: TargetState['history'] = [];
  #totals: readonly Totals[] = [];
  #notices: readonly WatchNotice[] = [];
  #missed = 0;
  #lostSinceMs: number | undefined;
  #polls: TargetState['polls'] = { done: 0, skipped: 0, errors: {} };
  #state: TargetState | undefined;

  constructor(target: WatchTarget, settings: RecordSettings) {
    this.#target = target;
    this.#settings = settings;
    this.#marks = settings.marks;
    this.#growth = new GrowthMeter(settings.intervalMs);
    this.#alarms = new TargetAlarms({ ...settings.alarms, ...target.alarms }, settings.samplesInARow);
  }

  get state(): TargetState {
    this.#state ??= this.#newState();
    return this.#state;
  }

  get marks(): SavedMarks | undefined {
    return this.#marks;
  }

  answered(look: TargetLook, tookMs: number, door: string | undefined): void {
    const { clock } = this.#settings;
    const [nowMs, wallMs] = [clock.now(), clock.wallMs()];
    this.#compare(look, wallMs);
    this.#phase = 'up';
    this.#failure = undefined;
    this.#missed = 0;
    this.#marks = marksAfter(look, wallMs, this.#marks);
    this.#seen = { look, lookedAtMs: nowMs, lookedAtWallMs: wallMs, ...(door === undefined ? {} : { door }) };
    const point = { atMs: wallMs, taken: look.taken, usable: look.capacity.usable };
    this.#history = [...this.#history.slice(1 - mostHistory), point];
    this.#growth.add(look.taken, nowMs);
    this.#totals = withTotals(this.#totals, look, nowMs);
    this.#raised = this.#alarms.sample(alarmValues(look), wallMs);
    this.#polled(tookMs);
  }

  failed(failure: Failure, tookMs: number): void {
    this.#phase = phaseOfFailure(failure.code);
    this.#failure = failure;
    if (this.#phase === 'saturated') this.#raised = this.#alarms.sample(fullValues, this.#settings.clock.wallMs());
    const { errors } = this.#polls;
    this.#polls = { ...this.#polls, errors: { ...errors, [failure.code]: (errors[failure.code] ?? 0) + 1 } };
    this.#missedOne();
    this.#polled(tookMs);
  }

  /** An interval began while a poll was under way. */
  skipped(): void {
    this.#polls = { ...this.#polls, skipped: this.#polls.skipped + 1 };
    this.#missedOne();
    this.#changed();
  }

  /** An interval began while it was too early for another try to log in. */
  waited(): void {
    this.#polls = { ...this.#polls, waited: (this.#polls.waited ?? 0) + 1 };
    this.#missedOne();
    this.#changed();
  }

  resetMarks(): void {
    const { look, lookedAtWallMs = 0 } = this.#seen;
    this.#marks = look && marksAfter(look, lookedAtWallMs, undefined);
    this.#changed();
  }

  /** What a server before this one did says nothing of this one. */
  #compare(look: TargetLook, atMs: number): void {
    const before = this.#seen.look;
    if (!before) return;
    const notice = noticeOf(before, look);
    if (notice) this.#notices = [...this.#notices.slice(1 - mostNotices), { ...notice, atMs }];
    if (isSameRun(before.serverId, look.serverId)) return;
    this.#growth.reset();
    this.#totals = [];
  }

  #polled(lastMs: number): void {
    this.#polls = { ...this.#polls, done: this.#polls.done + 1, lastMs };
    this.#changed();
  }

  #missedOne(): void {
    this.#missed += 1;
    if (this.#missed < staleAfterIntervals || this.#phase === 'saturated') return;
    this.#alarms.reset();
    this.#raised = [];
    this.#growth.reset();
  }

  #changed(): void {
    this.#state = undefined;
    this.#settings.onChange();
  }

  #newState(): TargetState {
    const { name, publicName, labels = {}, kind, intervalMs } = this.#target;
    const { look } = this.#seen;
    const knownKind = look?.kind ?? kind;
    const { serverId: _, ...marks } = this.#marks ?? { serverId: '' };
    const rates = ratesOf(this.#totals);
    const growth = look && this.#growth.growth(look.taken, look.capacity.usable);
    return {
      name,
      ...(publicName === undefined ? {} : { publicName }),
      labels,
      ...(intervalMs === undefined ? {} : { intervalMs }),
      phase: this.#phase,
      ...(knownKind === undefined ? {} : { kind: knownKind }),
      ...this.#seen,
      isStale: look !== undefined && this.#missed >= staleAfterIntervals,
      ...(this.#failure ? { failure: this.#failure } : {}),
      marks,
      ...(growth ? { growth } : {}),
      ...(this.#notices.length > 0 ? { notices: this.#notices } : {}),
      ...(rates ? { rates } : {}),
      alarms: [...this.#raised, ...this.#unreachable()],
      polls: this.#polls,
      history: this.#history,
    };
  }

  #unreachable(): readonly RaisedAlarm[] {
    const { intervalMs, samplesInARow, clock } = this.#settings;
    if (this.#missed < Math.min(staleAfterIntervals, samplesInARow) || this.#phase === 'saturated') {
      this.#lostSinceMs = undefined;
      return [];
    }
    this.#lostSinceMs ??= clock.wallMs();
    const lost = { phase: this.#phase, failure: this.#failure, missed: this.#missed };
    return [unreachableAlarm(lost, intervalMs, this.#lostSinceMs)];
  }
}
