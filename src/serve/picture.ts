import { cleanLine } from '../base/clean.ts';
import { engineNames } from '../base/engine.ts';
import { errorCodes } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { TargetLook } from '../watch/look.ts';
import type { RaisedAlarm, TargetState, WatchNotice, WatchRates } from '../watch/state.ts';
import { type ServedGroup, servedName, topGroups, topPools } from './bounded.ts';
import { publicName } from './shown.ts';

/** What the page draws of a target. It has names, and neither the address of the target nor the login of poolctl. */
export interface PicturedTarget {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: TargetState['phase'];
  readonly isStale: boolean;
  /** `PostgreSQL 18.4`. */
  readonly server?: string;
  readonly isReplica?: boolean;
  readonly door?: string;
  /** When the last look came, by the wall clock. */
  readonly lookedAtMs?: number;
  /** What ended the last poll: the code of the error and what that means. Its own text could name the server. */
  readonly failure?: string;
  /** Of now, or of the last look where the target is stale. */
  readonly figures?: PicturedFigures;
  readonly alarms: readonly Pick<RaisedAlarm, 'alarm' | 'severity' | 'sinceMs' | 'text'>[];
  /** Taken connections of the last looks, the oldest first. */
  readonly history: readonly { readonly taken: number; readonly usable: number }[];
  readonly growth?: { readonly perMinute: number; readonly fullInSeconds?: number };
  readonly highWater?: PicturedMark;
  readonly beforeRestart?: PicturedMark;
  /** What changed about the server itself, the latest last. */
  readonly notices: readonly Pick<WatchNotice, 'atMs' | 'text'>[];
  readonly rates?: WatchRates;
  readonly skippedPolls: number;
}

/** The most connections seen, when, and by which application most of all. */
export interface PicturedMark {
  readonly connections: number;
  readonly atMs: number;
  readonly by?: string;
}

export interface PicturedFigures {
  readonly taken: number;
  readonly usable: number;
  readonly max: number;
  readonly reserved: number;
  readonly hidden: number;
  readonly lowered?: string;
  readonly idleInTransaction?: { readonly sessions: number; readonly oldestSeconds?: number };
  readonly lockWaiters?: number;
  readonly refusedTotal?: number;
  readonly serverHighWater?: number;
  readonly groups: readonly ServedGroup[];
  readonly transactions?: readonly PicturedTransaction[];
  readonly pools?: ReturnType<typeof topPools>;
  /** What the login of poolctl may not see. */
  readonly unseen: readonly string[];
}

interface PicturedTransaction {
  readonly seconds: number;
  readonly user: string;
  readonly application: string;
  readonly database: string;
  readonly state: string;
}

const mostHistory = 120;
const mostTransactions = 5;

/** `top`: how many groups and pools have a row of their own. */
export function picturedTarget(target: TargetState, top: number): PicturedTarget {
  const { look, kind, marks, growth, failure, door, polls } = target;
  return {
    name: publicName(target),
    labels: Object.fromEntries(
      Object.entries(target.labels).map(([name, text]) => [servedName(name), servedName(text)]),
    ),
    phase: target.phase,
    isStale: target.isStale,
    ...withoutUndefined({
      server: kind && `${kind === 'pgbouncer' ? 'PgBouncer' : engineNames[kind]} ${servedName(look?.version)}`.trim(),
      isReplica: look?.isReplica || undefined,
      door: door && servedName(door),
      lookedAtMs: target.lookedAtWallMs,
      failure: failure && failureText(failure.code),
      figures: look && figuresOf(look, top),
      growth: growth && withoutUndefined({ perMinute: growth.perMinute, fullInSeconds: growth.fullInSeconds }),
      highWater: markOf(marks.highWater),
      beforeRestart: markOf(marks.beforeRestart),
      rates: target.rates,
    }),
    alarms: target.alarms.map(({ alarm, severity, sinceMs, text }) => ({
      ...{ alarm, severity, sinceMs, text: cleanLine(text) },
    })),
    notices: (target.notices ?? []).map(({ atMs, text }) => ({ atMs, text: cleanLine(text) })),
    history: target.history.slice(-mostHistory).map(({ taken, usable }) => ({ taken, usable })),
    skippedPolls: polls.skipped,
  } as PicturedTarget;
}

function failureText(code: string): string {
  const known = Object.entries(errorCodes).find(([name]) => name === code);
  return known ? `${code}: ${known[1].means}` : code;
}

function figuresOf(look: TargetLook, top: number): PicturedFigures {
  const { capacity, taken, hidden, lockWaiters, refusedTotal, idleInTransaction, transactions, pools } = look;
  const { usable, max, reserved, lowered } = capacity;
  return {
    ...{ taken, usable, max, reserved, hidden },
    groups: topGroups(look.groups, top),
    unseen: look.unseen.map(({ what }) => cleanLine(what)),
    ...withoutUndefined({
      ...{ lockWaiters, refusedTotal, idleInTransaction },
      lowered: lowered && servedName(lowered.by),
      serverHighWater: look.highWater?.connections,
      pools: pools && topPools(pools, top),
      transactions: transactions?.slice(0, mostTransactions).map(({ seconds, user, application, database, state }) => ({
        seconds,
        user: servedName(user),
        application: servedName(application),
        database: servedName(database),
        state: servedName(state),
      })),
    }),
  };
}

function markOf(mark: TargetState['marks']['highWater']): PicturedMark | undefined {
  if (!mark) return undefined;
  const by = mark.by[0] && (mark.by[0].application || mark.by[0].user);
  return { connections: mark.connections, atMs: mark.atMs, ...(by ? { by: servedName(by) } : {}) };
}
