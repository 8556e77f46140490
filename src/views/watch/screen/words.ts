import { engineNames } from '../../../base/engine.ts';
import type { WatchedKind } from '../../../watch/look.ts';
import type { AlarmSeverity, RaisedAlarm, TargetPhase, TargetState } from '../../../watch/state.ts';
import type { Tint } from './line.ts';

const watchedNames: Readonly<Record<WatchedKind, string>> = { ...engineNames, pgbouncer: 'PgBouncer' };

/** `12:00:04Z`, in UTC, as the lines and the summary have it. */
export function clockText(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)}Z`;
}

export const alarmWords: Readonly<Record<AlarmSeverity, string>> = { crit: 'CRIT', warn: 'WARN' };

/** What a target is where it does not answer as it should. */
export const phaseWords: Readonly<Record<TargetPhase, string>> = {
  connecting: 'connecting',
  up: 'up',
  saturated: 'full, lets nobody in',
  unreachable: 'unreachable',
  refused: 'login refused',
};

export function phaseTint(phase: TargetPhase): Tint {
  if (phase === 'up') return 'good';
  return phase === 'connecting' ? 'warn' : 'crit';
}

/** The share of the usable connections that is taken; a target that lets in none is full. */
export function takenShare({ look }: TargetState): number | undefined {
  if (!look) return undefined;
  return look.capacity.usable > 0 ? look.taken / look.capacity.usable : 1;
}

/** `PostgreSQL 18.4`, as far as it is known. */
export function targetKind({ kind, look }: Pick<TargetState, 'kind' | 'look'>): string {
  if (kind === undefined) return '';
  return `${watchedNames[kind]}${look ? ` ${look.version}` : ''}`;
}

export function worstAlarm({ alarms }: TargetState): RaisedAlarm | undefined {
  return alarms.find(({ severity }) => severity === 'crit') ?? alarms[0];
}
